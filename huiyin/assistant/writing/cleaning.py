"""Text as a reader sees it. What only a machine would read (zero-width signs, tags, comments, hidden parts) goes."""

import re
import unicodedata

# Filling and blank signs that Unicode counts as letters or symbols, yet nobody sees them.
_BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_COMMENT = re.compile(
    r"<!--.*?(?:-->|\Z)|^\[(?://|comment)\]:[^\n]*$", re.DOTALL | re.MULTILINE | re.IGNORECASE
)
_HIDDEN = re.compile(
    r"<(\w+)\b[^>]*(?:\bhidden\b|aria-hidden|display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0"
    r"|opacity\s*:\s*0|color\s*:\s*(?:white|transparent|#fff))[^>]*>.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_SILENT = re.compile(r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_LINK_TITLE = re.compile(r"(\]\([^()\s]+)\s+[\"'][^\"']*[\"']\)")
_UNSEEN = {"Cf", "Co", "Cs", "Cn"}


def visible(text: str) -> str:
    """The text without signs that nobody sees."""
    seen = (
        each for each in _BLANKS.sub("", text) if each in "\n\t" or unicodedata.category(each) not in _UNSEEN
    )
    return "".join(
        " " if unicodedata.category(each) == "Cc" and each not in "\n\t" else each for each in seen
    )


def readable(text: str) -> str:
    """The text without unseen signs, markup, and the parts that markup hides; forged placeholders go with the tags."""
    plain = visible(text)
    for pattern in (_COMMENT, _SILENT, _HIDDEN):
        plain = pattern.sub(" ", plain)
    return _LINK_TITLE.sub(r"\1)", _TAG.sub(" ", plain)).strip()
