"""Changes of a case's fields, and corrections of what the machine thought."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.cases import events
from huiyin.cases.models import Case, Priority
from huiyin.cases.services import clocks, fields, rows
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid
from huiyin.language import labels
from huiyin.language import services as language
from huiyin.privacy import selectors as privacy
from huiyin.privacy.models import Purpose
from huiyin.voices.models import Kind, Voice

CHANGEABLE = (
    "subject",
    "kind",
    "priority",
    "category",
    "product",
    "tags",
    "fields",
    "temporary_fix",
    "lasting_fix",
)
RETARGETING = {"kind", "priority", "product"}
MAX_TEXT, MAX_LABEL, MAX_TAGS = 20_000, 60, 30
VERDICTS = ("category", "priority", "sentiment", "kind", "product")


@transaction.atomic
def change(case: Case, values: Mapping[str, Any], *, version: int | None = None, by: Actor) -> Case:
    """Set fields of a case; clocks follow when kind, priority or product changed.

    Refuses unknown fields and values, and a stale version. Events: case.changed, clock.moved.
    """
    wanted = _checked(values)
    held = rows.hold(case, version=version)
    if "fields" in wanted:
        wanted |= fields.parted(held, wanted["fields"])
    names = rows.differing(held, wanted)
    if not names:
        return held
    old = [getattr(held, name) for name in names]
    for name in names:
        setattr(held, name, wanted[name])
    facts: list[journal.Event] = [_changed(held, names, old)]
    if RETARGETING.intersection(names):
        facts += clocks.retarget(held, at=clock.now())
    rows.save(held, *names)
    journal.publish_all(facts, by=by)
    return held


@transaction.atomic
def correct(case: Case, *, verdict: str, label: str, by: Actor) -> Case:
    """Put a verdict right; kept as a training example, unless the user wants no analysis of their words.

    Refuses a verdict that we do not give and a label that it does not know; categories may be made up.
    Events: case.changed, language.example_learned, case.corrected.
    """
    value = _judged(verdict, label)
    if verdict != "sentiment":
        case = change(case, {verdict: value}, by=by)
    held = rows.hold(case)
    shown = held.understanding.get(verdict) or {}
    old = str(shown.get("label", ""))
    held.understanding = {
        **held.understanding,
        verdict: {**shown, "label": label, "corrected": True, "was": shown.get("was", old)},
    }
    if verdict == "sentiment":
        held.sentiment = label
    rows.save(held, "understanding", "sentiment")
    voice = (
        Voice.objects.filter(id__in=_voices(held)).select_related("contact").order_by("received_at").first()
    )
    if voice is not None and privacy.allows(voice.contact, Purpose.ANALYTICS):
        language.learn(verdict, voice.text, label, shown=shown, by=by)
    journal.publish(
        events.CaseCorrected(subject=str(held.number), verdict=verdict, old=old, new=label), by=by
    )
    return held


def _judged(verdict: str, label: str) -> Any:
    """What the case's field becomes by this verdict."""
    if verdict not in VERDICTS:
        raise Invalid(
            "verdict_unknown", _("There is no such verdict."), field="verdict", known=list(VERDICTS)
        )
    if verdict == "product":
        value: Any = people.directory().product(label)
    else:
        is_known = SOUND.get(verdict, labels.names(verdict).__contains__)
        value = label.strip() if is_known(label) else None
    if not value:
        raise Invalid("label_unknown", _("There is no such label."), field="value")
    return value


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(values) - set(CHANGEABLE))
    if unknown:
        raise Invalid("field_unknown", _("There is no such field."), field=unknown[0], known=list(CHANGEABLE))
    for name, value in values.items():
        if name in SOUND and not SOUND[name](value):
            code, sentence = _wrong(name)
            raise Invalid(code, sentence, field=name)
    return dict(values)


def _is_text(value: Any, least: int, most: int) -> bool:
    return isinstance(value, str) and least <= len(value.strip()) and len(value) <= most


def _are_tags(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MAX_TAGS and all(_is_text(tag, 1, 40) for tag in value)


SOUND: dict[str, Callable[[Any], bool]] = {
    "priority": lambda value: value in Priority.values,
    "kind": lambda value: value in Kind.values,
    "subject": lambda value: _is_text(value, 1, 200),
    "category": lambda value: _is_text(value, 0, MAX_LABEL),
    "tags": _are_tags,
    "fields": lambda value: isinstance(value, dict),
    "temporary_fix": lambda value: _is_text(value, 0, MAX_TEXT),
    "lasting_fix": lambda value: _is_text(value, 0, MAX_TEXT),
}


def _wrong(name: str) -> tuple[str, str]:
    """The code and the sentence of a value that is not sound."""
    told = {
        "priority": ("priority_unknown", _("There is no such priority.")),
        "kind": ("kind_unknown", _("There is no such kind.")),
        "subject": ("subject_length", _("Between 1 and 200 characters, please.")),
        "category": ("category_length", _("At most 60 characters, please.")),
        "tags": ("tags_invalid", _("At most 30 tags of 40 characters.")),
    }
    return told.get(name, ("value_invalid", _("This value does not fit the field.")))


def _changed(case: Case, names: list[str], old: list[Any]) -> events.CaseChanged:
    """Codes are told, texts are not: a journal row outlives erasure."""
    silent = {"subject", "temporary_fix", "lasting_fix", "fields", "private", "tags"}
    return events.CaseChanged(
        subject=str(case.number),
        fields=names,
        old=rows.as_codes(
            "" if n in silent else getattr(o, "key", o) for n, o in zip(names, old, strict=True)
        ),
        new=rows.as_codes("" if n in silent else _code(getattr(case, n)) for n in names),
    )


def _code(value: Any) -> Any:
    return getattr(value, "key", value)


def _voices(case: Case) -> Any:
    return case.conversation.messages.filter(voice__isnull=False).values("voice_id")
