"""Where the canaries of one person stand in bytes, however somebody wrote them down."""

import base64
import re
from collections.abc import Iterator

WORD = "canary"


def sightings(body: bytes, mark: str) -> list[str]:
    """Each canary with this mark, as far as it can be read: plain in any case, UTF-16, hexadecimal, base64."""
    return [*_plain(body, mark), *(kind for kind, needle in _disguised(mark) if needle in body)]


def _plain(body: bytes, mark: str) -> Iterator[str]:
    for found in re.finditer(rf"{mark}{WORD}".encode(), body, re.IGNORECASE):
        word = body[found.start() : found.start() + 40].split(b"\x00")[0]
        yield word.decode("ascii", "replace").lower()


def _disguised(mark: str) -> Iterator[tuple[str, bytes]]:
    for said in (f"{mark.upper()}{WORD}", f"{mark}{WORD}".lower(), f"{mark}{WORD}".upper()):
        yield f"utf-16 {said}", said.encode("utf-16-le")
        yield f"hex {said}", said.encode().hex().encode()
        yield f"HEX {said}", said.encode().hex().upper().encode()
        yield from ((f"base64 {said}", spelt) for spelt in in_base64(said.encode()))


def in_base64(said: bytes) -> list[bytes]:
    """The characters that these bytes always become, wherever in a text they begin."""
    found = []
    for before in range(3):
        whole = base64.b64encode(b"\x00" * before + said)
        first = -(-before * 8 // 6)  # the characters that the bytes before have a part in are left out
        found.append(whole[first : (before + len(said)) * 8 // 6])
    return found
