"""Words for clocks, in the reader's language: what a step of a trace means, and why a rule was chosen."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.accounts import selectors as people
from huiyin.accounts.models.contacts import Tier
from huiyin.cases.models import Priority
from huiyin.cases.worktime import CalendarFault, EventKind, Reason
from huiyin.voices.models import Kind

_CHOICES: dict[str, Any] = {"priority": Priority, "kind": Kind, "tier": Tier}


def step_words(reason: str, name: str, names: Mapping[str, str]) -> str:
    """What this stretch of time was; `names` gives holidays in the reader's language."""
    called = names.get(name, name)
    words = {
        Reason.COUNTED: _("Counted"),
        Reason.MAKEUP: _("Counted: make-up working day"),
        Reason.CLOSED: _("Outside service hours"),
        Reason.REST_DAY: _("Day without service"),
        Reason.HOLIDAY: _("Holiday"),
        Reason.PAUSED: _("Paused"),
    }[Reason(reason)]
    detail = pause_words(name) if reason == Reason.PAUSED else called
    return _("%(what)s (%(detail)s)") % {"what": words, "detail": detail} if detail else words


def event_words(kind: str, why: str) -> str:
    words = {
        EventKind.STARTED: _("Clock started"),
        EventKind.PAUSED: _("Clock paused"),
        EventKind.RESUMED: _("Clock went on"),
        EventKind.STOPPED: _("Clock stopped"),
    }[EventKind(kind)]
    return _("%(what)s (%(detail)s)") % {"what": words, "detail": pause_words(why)} if why else words


def pause_words(why: str) -> str:
    """Codes of ours become words; anything else was written by a person."""
    known = {
        "waiting_for_user": _("waiting for the user"),
        "pending_user": _("waiting for the user"),
        "cancelled": _("not needed any more"),
    }
    return known.get(why, why)


def choice_words(reason: Mapping[str, Any], *, policy: str) -> tuple[str, ...]:
    """Sentences on why these promises hold: the rule, what it matched, whom it beat, which hours count."""
    if not reason:
        return ()
    rule = {"rule": rule_words(reason["rule"]), "policy": policy}
    matched = _("; ").join(_matched_words(name, value) for name, value in reason["matched"].items())
    sentences = [
        _("“%(rule)s” of “%(policy)s” applies, because %(matched)s.") % {**rule, "matched": matched}
        if matched
        else _("“%(rule)s” of “%(policy)s” applies to everything that no other rule names.") % rule
    ]
    if reason["passed_over"]:
        others = _(", ").join(rule_words(key) for key in reason["passed_over"])
        sentences.append(_("It is more specific, or stands earlier, than: %(others)s.") % {"others": others})
    always = reason["hours"] == "always"
    sentences.append(_("Every hour counts.") if always else _("Only service hours count."))
    return tuple(sentences)


def rule_words(key: str) -> str:
    known = {
        "high": _("Urgent and high"),
        "normal": _("Normal"),
        "low": _("Low"),
        "suggestion": _("Suggestions"),
        "privacy": _("Personal data"),
        "general": _("General"),
        "complex": _("Complex"),
        "complaint": _("Complaints"),
        "complaint_major": _("Major complaints"),
        "first_line": _("First line"),
        "bot": _("Assistant"),
        "senior": _("Senior"),
        "task_force": _("Task force"),
    }
    return known.get(key, key)


def region_words(region: str) -> str:
    """Whose holidays a region's are; a region that we have no name for is shown as it is stored."""
    known = {"": _("None"), "CN": _("Mainland China")}
    return known.get(region, region)


def condition_words(when: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a rule asks for, as (label, values), heaviest first."""
    labels = {
        "product": _("Product"),
        "tier": _("Tier"),
        "level": _("Level"),
        "priority": _("Priority"),
        "kind": _("Kind"),
    }
    return [
        (label, _(", ").join(value_words(name).get(value, value) for value in when[name]))
        for name, label in labels.items()
        if name in when
    ]


def value_words(name: str) -> dict[str, str]:
    """What a condition may ask for, in words; products as they are sold now."""
    if name == "product":
        products = [each for each in people.directory().products.values() if each.is_active]
        return {each.key: each.name for each in sorted(products, key=lambda each: each.key)}
    if name == "level":
        return {"1": _("Assistant"), "2": _("First line"), "3": _("Senior"), "4": _("Task force")}
    return {key: str(label) for key, label in _CHOICES[name].choices}


def length_words(length: timedelta) -> str:
    """`1 d 2 h`, `3 h 5 min`, `40 s`: at most the two largest units."""
    seconds = int(length.total_seconds())
    units = (
        (86400, lambda n: ngettext("%d day", "%d days", n) % n),
        (3600, lambda n: _("%d h") % n),
        (60, lambda n: _("%d min") % n),
        (1, lambda n: _("%d s") % n),
    )
    parts = []
    for size, words in units:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(words(count))
    return " ".join(parts[:2]) or _("%d s") % 0


def fault_words(fault: CalendarFault) -> str:
    """What is wrong with hours or a zone that somebody wrote."""
    sentences = {
        "zone_unknown": _("There is no time zone “%(value)s”."),
        "week_incomplete": _("A week has seven days; %(value)s were given."),
        "interval_unreadable": _("“%(value)s” is not a time span; write it like 09:00-18:00."),
        "interval_empty": _("“%(value)s” has no length."),
        "interval_out_of_day": _("“%(value)s” is longer than a day."),
        "intervals_overlap": _("These hours overlap: %(value)s."),
    }
    return sentences[fault.code] % {"value": fault.value}


def _matched_words(name: str, value: str) -> str:
    fields = {
        "priority": _("the priority is %(value)s"),
        "kind": _("it is a %(value)s"),
        "product": _("the product is %(value)s"),
        "tier": _("the user's tier is %(value)s"),
        "level": _("the level is %(value)s"),
    }
    return fields[name] % {"value": value_words(name).get(value, value)}
