"""Seen before? Exact digest, then SimHash (Charikar 2002) on character triples, then cosine of vectors.

Works without numpy: a web process compares one text with a few hundred candidates in about a millisecond.
"""

import array
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from huiyin.language.normalise import plain

_READ_LIMIT = 2_000
_SIZE = 3
# At most this many of 64 bits differ between texts that a person would call the same wording.
NEAR_BITS = 9
# Cosine of two sentence vectors above which a pair is offered as "about the same thing".
NEAR_COSINE = 0.80
_MASKS = tuple(1 << bit for bit in range(64))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known text as it was understood then."""

    key: str
    digest: str = ""
    simhash: int = 0
    vector: bytes = b""


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate that says the same; `reason` is exact, wording or meaning."""

    key: str
    score: float
    reason: str


def digest(text: str) -> str:
    """Equal for texts that differ only in width, case, script variant, spacing and punctuation."""
    seen = text if len(text) <= 2 * _READ_LIMIT else f"{len(text)}{text[:_READ_LIMIT]}{text[-_READ_LIMIT:]}"
    letters = "".join(character for character in plain(seen, len(seen)) if character.isalnum())
    return hashlib.blake2b(letters.encode(), digest_size=16).hexdigest()


def simhash(text: str) -> int:
    """64 bits that stay near when the wording stays near; 0 for an empty text."""
    letters = "".join(character for character in plain(text, _READ_LIMIT) if character.isalnum())
    counts = (
        Counter(letters[i : i + _SIZE] for i in range(max(1, len(letters) - _SIZE + 1))) if letters else {}
    )
    if not counts:
        return 0
    # Adding whole 64-digit decimal rows would lose carries; 16-bit lanes in one big integer keep them apart,
    # so one addition counts 64 bits at once.
    lanes = 0
    for piece, count in counts.items():
        value = int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest(), "big")
        lanes += _spread(value) * min(count, 15)
    half = sum(min(count, 15) for count in counts.values()) / 2
    return sum(mask for bit, mask in enumerate(_MASKS) if (lanes >> (bit * 16)) & 0xFFFF > half)


def _spread(value: int) -> int:
    """Each bit of a 64-bit value alone in a 16-bit lane: every binary digit becomes four hexadecimal ones."""
    return int("000".join(f"{value:064b}"), 16)


def distance(one: int, other: int) -> int:
    """How many of the 64 bits differ."""
    return (one ^ other).bit_count()


def cosine(one: bytes, other: bytes) -> float:
    """Of two unit vectors in float32 bytes."""
    if not one or len(one) != len(other):
        return 0.0
    left, right = array.array("f", one), array.array("f", other)
    return sum(map(float.__mul__, left, right))


def near(
    wanted: Candidate, known: Iterable[Candidate], *, threshold: float = NEAR_COSINE, limit: int = 5
) -> list[Match]:
    """Those of `known` that say the same as `wanted`, nearest first."""
    matches = [match for candidate in known if (match := _compare(wanted, candidate, threshold))]
    return sorted(matches, key=lambda match: -match.score)[:limit]


def _compare(wanted: Candidate, other: Candidate, threshold: float) -> Match | None:
    if wanted.digest and wanted.digest == other.digest:
        return Match(other.key, 1.0, "exact")
    if wanted.simhash and other.simhash and (bits := distance(wanted.simhash, other.simhash)) <= NEAR_BITS:
        return Match(other.key, round(1 - bits / 64, 3), "wording")
    if (score := cosine(wanted.vector, other.vector)) >= threshold:
        return Match(other.key, round(min(score, 0.999), 3), "meaning")
    return None
