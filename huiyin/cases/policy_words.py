"""Words for policies, in the reader's language: what a pack is like, and what a version changed."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.cases import clock_words
from huiyin.cases.packs import Pack


def pack_words(pack: Pack) -> str:
    """A pack's name and what it is like, in one line."""
    about = {
        "tiered": _("high priority in 30 minutes, the rest in 4 hours, suggestions in 24"),
        "classic": _("an answer in 24 hours, complex matters in 48, major complaints in 48"),
        "levels": _("the assistant at once, first line in 2 hours, senior agents and task force in 4"),
    }[pack.key]
    name = pack.name_en if (get_language() or "").startswith("en") else pack.name_zh
    return _("%(name)s: %(about)s") % {"name": name, "about": about}


def change_words(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[str]:
    """What one version of a policy's rules does otherwise than the one before, a sentence each."""
    old, new = ({rule["key"]: rule for rule in rules} for rules in (before, after))
    said = [_("New: %(rule)s") % {"rule": clock_words.rule_words(key)} for key in new if key not in old]
    said += [_("Gone: %(rule)s") % {"rule": clock_words.rule_words(key)} for key in old if key not in new]
    both = [key for key in new if key in old]
    for key in both:
        said += [f"{clock_words.rule_words(key)}{_(': ')}{what}" for what in _differences(old[key], new[key])]
    if both != [key for key in old if key in new]:
        said.append(_("Another order"))
    return said


def calendar_words(name: str) -> str:
    return _("Service hours: %(name)s") % {"name": name}


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    labels = {
        "first_response": _("first answer"),
        "next_response": _("next answer"),
        "resolution": _("solution"),
    }
    moved = [
        _("%(what)s %(old)s → %(new)s")
        % {"what": label, "old": _target_words(old.get(name)), "new": _target_words(new.get(name))}
        for name, label in labels.items()
        if old.get(name) != new.get(name)
    ]
    if old.get("hours") != new.get("hours"):
        moved.append(
            _("every hour counts") if new.get("hours") == "always" else _("only service hours count")
        )
    if _asked(old) != _asked(new):
        moved.append(_("for other cases"))
    return moved


def _asked(rule: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a rule asks for; in which order the values were ticked says nothing."""
    return {name: sorted(values) for name, values in rule.get("when", {}).items()}


def _target_words(seconds: int | None) -> str:
    return _("none") if seconds is None else clock_words.length_words(timedelta(seconds=seconds))
