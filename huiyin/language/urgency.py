"""What makes a text urgent, with its places: money, theft, outage, danger, threats, leaks, time, anger."""

from collections.abc import Iterable

from huiyin.language import packs
from huiyin.language.normalise import Normal
from huiyin.language.phrases import Hit
from huiyin.language.verdicts import Evidence, Signal

# Asking how to prevent something is no report of it: 怎么防止账号被盗.
_HEARD_WHEN_NEGATED = frozenset({"repeated"})
# 502 alone may be a flat or a price; beside one of these it is the status of a server.
_SERVER_WORDS = (
    *("错误", "报", "码", "全部", "都是", "显示", "提示", "返回", "页面", "后台"),
    *("http", "error", "gateway", "get"),
)
_HUMAN_ALWAYS = frozenset({"safety", "threat", "data_leak"})


def signals(original: str, normal: Normal, hits: Iterable[Hit]) -> tuple[Signal, ...]:
    """The urgent stretches of `original`, in order."""
    found = []
    levels = packs.levels()
    for hit in hits:
        if hit.task != "urgency" or (hit.negated and hit.label not in _HEARD_WHEN_NEGATED):
            continue
        if hit.phrase.isdigit() and not _is_status(normal.text, hit):
            continue
        start, end = normal.span(hit.start, hit.end)
        found.append(Signal(hit.label, levels[hit.label], original[start:end], start, end))
    return tuple(found)


def _is_status(text: str, hit: Hit) -> bool:
    around = text[max(0, hit.start - 8) : hit.end + 8]
    return any(word in around for word in _SERVER_WORDS)


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
