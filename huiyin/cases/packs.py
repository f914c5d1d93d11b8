"""Packs of promises as data: which answer is due when, for which case; and how the rule for a case is chosen.

The numbers are promises to users, not technical limits. A rule says *when* it applies (kind, priority,
product, tier, level; nothing means any) and three targets. The most specific rule wins and says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

KINDS = frozenset({"question", "fault", "request", "complaint", "suggestion", "privacy"})
PRIORITIES = frozenset({"urgent", "high", "normal", "low"})
# Heaviest first: among rules that name equally many things, the one that names the rarer thing wins.
FIELDS = ("product", "tier", "level", "priority", "kind")
TARGETS = ("first_response", "next_response", "resolution")
LONGEST = timedelta(days=3660)


class RuleFault(ValueError):
    """A pack that cannot be meant; `code` and `value` let the edge say it in the user's language."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(f"{code}: {value}")
        self.code = code
        self.value = value


class Hours(StrEnum):
    """Whether a target counts every hour, or the hours of the policy's own calendar."""

    ALWAYS = "always"
    SERVICE = "service"


@dataclass(frozen=True)
class Rule:
    key: str
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    first_response: timedelta | None = None
    next_response: timedelta | None = None
    resolution: timedelta | None = None
    hours: Hours = Hours.SERVICE

    def matches(self, facts: Mapping[str, str]) -> bool:
        return all(facts[name] in values for name, values in self.when.items())

    def target(self, kind: str) -> timedelta | None:
        found: timedelta | None = getattr(self, kind)
        return found

    @property
    def weight(self) -> tuple[int, int]:
        """How specific: number of things named, then how rare they are."""
        return len(self.when), sum(1 << (len(FIELDS) - FIELDS.index(name)) for name in self.when)

    def to_json(self) -> dict[str, Any]:
        targets = {name: _seconds(getattr(self, name)) for name in TARGETS}
        when = {name: sorted(values) for name, values in self.when.items()}
        return {"key": self.key, "when": when, **targets, "hours": self.hours.value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rule":
        """Raises RuleFault for a field, a value or a target that cannot be meant."""
        if not data.get("key"):
            raise RuleFault("rule_without_key")
        when = {name: _values(name, values) for name, values in data.get("when", {}).items()}
        if data.get("hours", Hours.SERVICE) not in list(Hours):
            raise RuleFault("hours_unknown", str(data["hours"]))
        targets = {name: _target(data.get(name)) for name in TARGETS}
        return cls(data["key"], when, hours=Hours(data.get("hours", Hours.SERVICE)), **targets)


@dataclass(frozen=True)
class Targets:
    """What a case is promised, and why: the rule, what it matched, how many other rules fitted less well."""

    rule: str
    hours: Hours
    first_response: timedelta | None
    next_response: timedelta | None
    resolution: timedelta | None
    matched: tuple[tuple[str, str], ...]
    passed_over: tuple[str, ...]

    def target(self, kind: str) -> timedelta | None:
        found: timedelta | None = getattr(self, kind)
        return found

    def reason(self) -> dict[str, Any]:
        """The choice as stored with each clock: codes only, put into words when shown."""
        return {
            "rule": self.rule,
            "hours": self.hours.value,
            "matched": dict(self.matched),
            "passed_over": list(self.passed_over),
        }


def choose(
    rules: Sequence[Rule], *, kind: str, priority: str, product: str = "", tier: str = "", level: int = 0
) -> Targets:
    """The most specific matching rule; of equals the one listed first. Raises RuleFault when none matches."""
    facts = {"kind": kind, "priority": priority, "product": product, "tier": tier, "level": str(level)}
    fitting = [rule for rule in rules if rule.matches(facts)]
    if not fitting:
        raise RuleFault("no_rule_matches", f"{kind} {priority}")
    best = max(fitting, key=lambda rule: rule.weight)
    return Targets(
        rule=best.key,
        hours=best.hours,
        first_response=best.first_response,
        next_response=best.next_response,
        resolution=best.resolution,
        matched=tuple((name, facts[name]) for name in FIELDS if name in best.when),
        passed_over=tuple(rule.key for rule in fitting if rule is not best),
    )


def read(data: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules of a pack. Refuses doubled keys and a pack that would leave some case without a promise."""
    rules = tuple(Rule.from_json(item) for item in data)
    keys = [rule.key for rule in rules]
    doubled = next((key for key in keys if keys.count(key) > 1), None)
    if doubled:
        raise RuleFault("rule_doubled", doubled)
    if not any(not rule.when for rule in rules):
        raise RuleFault("no_rule_for_the_rest")
    return rules


def _values(name: str, values: Iterable[Any]) -> frozenset[str]:
    if name not in FIELDS:
        raise RuleFault("field_unknown", name)
    found = frozenset(str(value) for value in values)
    known = {"kind": KINDS, "priority": PRIORITIES}.get(name, found)
    if not found or found - known:
        raise RuleFault("value_unknown", ", ".join([name, *sorted(found - known)]))
    return found


def _target(seconds: Any) -> timedelta | None:
    if seconds is None:
        return None
    if (
        not isinstance(seconds, int)
        or isinstance(seconds, bool)
        or not 0 <= seconds <= LONGEST.total_seconds()
    ):
        raise RuleFault("target_out_of_range", str(seconds))
    return timedelta(seconds=seconds)


def _seconds(target: timedelta | None) -> int | None:
    return None if target is None else int(target.total_seconds())


def _any_of(**when: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(values.split()) for name, values in when.items()}


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Requests about personal data: 15 working days, after the rules for apps of 2019 and GB/T 35273, 8.5.
PRIVACY = Rule("privacy", _any_of(kind="privacy"), 24 * HOUR, 24 * HOUR, 15 * 8 * HOUR)

TIERED = (
    Rule("high", _any_of(priority="urgent high"), 30 * MINUTE, 60 * MINUTE, 8 * HOUR, Hours.ALWAYS),
    Rule("normal", {}, 4 * HOUR, 4 * HOUR, 24 * HOUR),
    Rule("low", _any_of(priority="low"), 8 * HOUR, 8 * HOUR, 40 * HOUR),
    Rule("suggestion", _any_of(kind="suggestion"), 24 * HOUR, 24 * HOUR, 80 * HOUR),
    PRIVACY,
)

CLASSIC = (
    Rule("general", {}, 24 * HOUR, 24 * HOUR, 24 * HOUR, Hours.ALWAYS),
    Rule("complex", _any_of(kind="fault request"), 24 * HOUR, 24 * HOUR, 48 * HOUR, Hours.ALWAYS),
    Rule("complaint", _any_of(kind="complaint"), 24 * HOUR, 24 * HOUR, 120 * HOUR, Hours.ALWAYS),
    Rule(
        "complaint_major",
        _any_of(kind="complaint", priority="urgent high"),
        24 * HOUR,
        24 * HOUR,
        48 * HOUR,
        Hours.ALWAYS,
    ),
    Rule("suggestion", _any_of(kind="suggestion"), 24 * HOUR, 24 * HOUR, 240 * HOUR, Hours.ALWAYS),
    PRIVACY,
)

LEVELS = (
    Rule("first_line", {}, 2 * HOUR, 2 * HOUR, 24 * HOUR),
    Rule("bot", _any_of(level="1"), timedelta(), timedelta(), None, Hours.ALWAYS),
    Rule("senior", _any_of(level="3"), 4 * HOUR, 4 * HOUR, 40 * HOUR),
    Rule("task_force", _any_of(level="4"), 4 * HOUR, 4 * HOUR, 24 * HOUR, Hours.ALWAYS),
    PRIVACY,
)


@dataclass(frozen=True)
class Pack:
    key: str
    name_zh: str
    name_en: str
    rules: tuple[Rule, ...]


PACKS = (
    Pack("tiered", "分级响应", "Tiered", TIERED),
    Pack("classic", "经典时限", "Classic", CLASSIC),
    Pack("levels", "四级处理", "Four levels", LEVELS),
)
