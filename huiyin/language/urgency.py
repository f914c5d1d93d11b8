"""What makes a text urgent, with its places: money, theft, outage, danger, threats, leaks, time, anger."""

from collections.abc import Iterable

from huiyin.language import packs
from huiyin.language.normalise import Normal
from huiyin.language.phrases import Hit
from huiyin.language.verdicts import Evidence, Signal

# Asking how to prevent something is no report of it: 怎么防止账号被盗.
_QUIET_WHEN_NEGATED = frozenset(
    {
        "account_theft",
        "funds",
        "outage",
        "safety",
        "threat",
        "data_leak",
        "deadline",
        "legal",
        "loss",
        "anger",
    }
)
_HUMAN_ALWAYS = frozenset({"safety", "threat", "data_leak"})


def signals(original: str, normal: Normal, hits: Iterable[Hit]) -> tuple[Signal, ...]:
    """The urgent stretches of `original`, in order."""
    found = []
    levels = packs.levels()
    for hit in hits:
        if hit.task != "urgency" or (hit.negated and hit.label in _QUIET_WHEN_NEGATED):
            continue
        start, end = normal.span(hit.start, hit.end)
        found.append(Signal(hit.label, levels[hit.label], original[start:end], start, end))
    return tuple(found)


def impact(original: str, normal: Normal, hits: Iterable[Hit]) -> tuple[Evidence, ...]:
    """Words that say how many are hit, or that the weak are."""
    found = []
    for hit in hits:
        if hit.task == "impact" and not hit.negated:
            start, end = normal.span(hit.start, hit.end)
            found.append(Evidence(hit.label, original[start:end], start, end))
    return tuple(found)


def needs_person(urgent: Iterable[Signal]) -> bool:
    """Danger to people, threats and data leaks go to a person at once, whatever a model says."""
    return any(signal.kind in _HUMAN_ALWAYS for signal in urgent)
