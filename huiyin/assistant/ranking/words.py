"""Shared words between a question and every phrasing at once: an inverted index of meaningful pieces.

Pieces are words, Chinese characters and their pairs, weighted as the help centre's search weighs them and by how
rare they are here; the sound of each pair lets 冲值 meet 充值.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import log, sqrt
from typing import TYPE_CHECKING, Any

from huiyin.knowledge.closeness import meaning
from huiyin.knowledge.indexes import misspellings, sounds

if TYPE_CHECKING:
    import numpy as np

    Row = np.ndarray[Any, np.dtype[np.float32]]
    Places = np.ndarray[Any, np.dtype[np.int32]]

SOUND = 0.35
SPELLING = 0.35


def pieces(text: str) -> dict[str, float]:
    """What a text is made of, each piece with its weight."""
    found = dict(meaning(text))
    found.update({f"~{sound}": SOUND for sound in sounds(text)})
    found.update({f"^{word}": SPELLING for word in misspellings(text)})
    return found


class Words:
    """Cosine and coverage of a question against each phrasing; only phrasings that share a piece are touched."""

    def __init__(self, texts: Sequence[str]) -> None:
        made = [pieces(text) for text in texts]
        self._count = len(texts)
        self._rarity = _rarity(made)
        self._holding = _holding(made, self._rarity)

    def closeness(self, text: str) -> tuple["Row", "Row"]:
        """Of every phrasing: the cosine with the question, and the share of the question's weight it holds."""
        import numpy as np

        cosine, cover = np.zeros(self._count, np.float32), np.zeros(self._count, np.float32)
        unseen = log(self._count + 1) + 1
        asked = {piece: weight * self._rarity.get(piece, unseen) for piece, weight in pieces(text).items()}
        length = sqrt(sum(weight * weight for weight in asked.values()))
        whole = sum(asked.values())
        for piece, weight in asked.items():
            if piece in self._holding:
                places, shares = self._holding[piece]
                cosine[places] += weight / length * shares
                cover[places] += weight / whole
        return cosine, cover


def _holding(made: Sequence[dict[str, float]], rarity: dict[str, float]) -> dict[str, tuple["Places", "Row"]]:
    """Of each piece: the phrasings that hold it, and its share of each one's length."""
    import numpy as np

    found: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for place, weights in enumerate(made):
        weighed = {piece: weight * rarity[piece] for piece, weight in weights.items()}
        length = sqrt(sum(weight * weight for weight in weighed.values()))
        for piece, weight in weighed.items():
            places, shares = found[piece]
            places.append(place)
            shares.append(weight / length)
    return {
        piece: (np.array(places, np.int32), np.array(shares, np.float32))
        for piece, (places, shares) in found.items()
    }


def _rarity(made: Sequence[dict[str, float]]) -> dict[str, float]:
    """Inverse document frequency, smoothed; a piece of every phrasing still counts one."""
    seen: dict[str, int] = defaultdict(int)
    for found in made:
        for piece in found:
            seen[piece] += 1
    return {piece: log((len(made) + 1) / (count + 1)) + 1 for piece, count in seen.items()}
