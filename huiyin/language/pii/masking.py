"""Hiding what was found: a mask that readers understand, or placeholders that can be turned back."""

from collections.abc import Callable
from dataclasses import dataclass, field

from huiyin.language.pii.finding import find_loosely, find_plainly
from huiyin.language.pii.spans import Span

Replace = Callable[[Span, str], str]
Finder = Callable[[str], list[Span]]
# How many characters stay at the beginning and at the end.
KEPT = {
    "PHONE": (3, 4),
    "ID": (3, 2),
    "CARD": (4, 4),
    "PASSPORT": (1, 2),
    "PLATE": (2, 1),
    "NAME": (1, 0),
    "QQ": (2, 1),
    "WECHAT": (2, 1),
    "USCC": (4, 2),
    "IP": (0, 0),
    "SECRET": (0, 0),
}
MOST = 4  # stars; a longer secret does not show its length


@dataclass(frozen=True)
class Vault:
    """What stands behind the placeholders of one text."""

    text: str
    values: dict[str, str] = field(default_factory=dict)


def masked(text: str) -> str:
    """The text with what was found hidden, recognisable but useless: 138****1234. Twice is once."""
    return _replaced(text, lambda span, value: _stars(span.label, value))


def redacted(text: str) -> str:
    """The same for machines' lines, without names and addresses: numbers, mailboxes and secrets go."""
    return _replaced(text, lambda span, value: _stars(span.label, value), find_plainly)


def mask(text: str) -> Vault:
    """The text with placeholders such as <PHONE_1>, one for each value, for a language model."""
    taken: dict[str, str] = {}
    count: dict[str, int] = {}

    def placeholder(span: Span, value: str) -> str:
        if value not in taken:
            count[span.label] = count.get(span.label, 0) + 1
            taken[value] = f"<{span.label}_{count[span.label]}>"
        return taken[value]

    hidden = _replaced(text, placeholder)
    return Vault(hidden, {name: value for value, name in taken.items()})


def restore(answer: str, vault: Vault) -> str:
    """The values back in their places, in whatever order the answer names them."""
    for name, value in vault.values.items():
        answer = answer.replace(name, value)
    return answer


def _replaced(text: str, with_what: Replace, find: Finder = find_loosely) -> str:
    parts, at = [], 0
    for span in find(text):
        value = text[span.start : span.end]
        parts += [text[at : span.start], with_what(span, value)]
        at = span.end
    return "".join([*parts, text[at:]])


def _stars(label: str, value: str) -> str:
    if label == "EMAIL":
        return _mail(value)
    if label == "ADDRESS":
        house = next((at for at, char in enumerate(value) if char.isdigit()), len(value))
        return f"{value[: min(6, len(value) // 2, house)]}****"
    head, tail = KEPT[label]
    hidden = len(value) - head - tail
    if hidden <= 0:
        head, tail, hidden = 1 if len(value) > 1 else 0, 0, MOST
    return value[:head] + "*" * min(hidden, MOST) + (value[-tail:] if tail else "")


def _mail(value: str) -> str:
    """The domain of a plainly written address stays: it says which mailbox was meant."""
    local, at, domain = value.partition("@")
    return f"{local[:2]}***@{domain}" if at and " " not in value else f"{value[:2]}***"
