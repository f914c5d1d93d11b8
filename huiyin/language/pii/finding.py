"""All finders over one text, the surest first."""

import re
from collections.abc import Callable, Iterator

from huiyin.language.pii import names, numbers, places, words
from huiyin.language.pii.spans import Span, apart
from huiyin.language.pii.view import SEPARATOR, view

LONGEST = 20_000  # characters that are searched at once; longer texts go in pieces
WORD = (
    r"(?:身份证|证件|卡号|银行卡|信用卡|储蓄卡|账号|账户|手机|电话|联系方式|"
    r"passport|card|account|phone|mobile|\bid\b)"
)
LOOSE = re.compile(rf"{WORD}[^\d\n]{{0,12}}(\d(?:{SEPARATOR}{{0,2}}\d){{10,}}[Xx]?)", re.I)
KINDS = {
    "手": "PHONE",
    "电": "PHONE",
    "联": "PHONE",
    "p": "PHONE",
    "m": "PHONE",
    "身": "ID",
    "证": "ID",
    "i": "ID",
}


def find(text: str) -> list[Span]:
    """Where the text tells who somebody is or how to reach them; what proves to be something else is left."""
    return _over(text, _sure)


def find_loosely(text: str) -> list[Span]:
    """The same, and numbers that a word like "card" announces, though their check digit is wrong."""
    return _over(text, _loose)


def find_plainly(text: str) -> list[Span]:
    """Only what shows by its own form: numbers, mailboxes, secrets."""
    return _over(text, _plain)


def _plain(text: str) -> Iterator[Span]:
    yield from words.secrets(text)
    yield from words.mails(text)
    yield from numbers.found(text)
    yield from words.handles(text)


def _sure(text: str) -> Iterator[Span]:
    yield from _plain(text)
    yield from places.addresses(text)
    yield from names.names(text)


def _loose(text: str) -> Iterator[Span]:
    yield from _sure(text)
    for match in LOOSE.finditer(text):
        kind = KINDS.get(match[0][0].lower(), "CARD")
        yield Span(*match.span(1), "PASSPORT" if match[0].lower().startswith("passport") else kind)


def _over(text: str, finders: Callable[[str], Iterator[Span]]) -> list[Span]:
    found: list[Span] = []
    for start in range(0, len(text), LONGEST):
        seen = view(text[start : start + LONGEST])
        for span in apart(finders(seen.text)):
            begin, end = seen.place(span.start, span.end)
            found.append(Span(start + begin, start + end, span.label))
    return found
