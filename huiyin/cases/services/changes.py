"""Changes of a case's fields, and corrections of what the machine thought."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases import events
from huiyin.cases.models import Case, Priority
from huiyin.cases.services import clocks, rows
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid
from huiyin.language import services as language
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
VERDICTS = ("category", "priority", "sentiment", "kind", "product")


@transaction.atomic
def change(case: Case, values: Mapping[str, Any], *, version: int | None = None, by: Actor) -> Case:
    """Set fields of a case; clocks follow when kind, priority or product changed.

    Refuses unknown fields and values, and a stale version. Events: case.changed, clock.moved.
    """
    wanted = _checked(values)
    held = rows.hold(case, version=version)
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
    """Put a verdict right; the correction is kept as a training example. Events: case.corrected, case.changed."""
    if verdict not in VERDICTS:
        raise Invalid(
            "verdict_unknown", _("There is no such verdict."), field="verdict", known=list(VERDICTS)
        )
    old = str(case.understanding.get(verdict, {}).get("label", ""))
    shown = case.understanding.get(verdict, {})
    if verdict in ("category", "priority", "kind"):
        case = change(case, {verdict: label}, by=by)
    held = rows.hold(case)
    held.understanding = {
        **held.understanding,
        verdict: {**shown, "label": label, "corrected": True, "was": shown.get("was", old)},
    }
    if verdict == "sentiment":
        held.sentiment = label
    rows.save(held, "understanding", "sentiment")
    voice = Voice.objects.filter(id__in=_voices(held)).order_by("received_at").first()
    if voice is not None:
        language.learn(verdict, voice.text, label, shown=shown, by=by)
    journal.publish(
        events.CaseCorrected(subject=str(held.number), verdict=verdict, old=old, new=label), by=by
    )
    return held


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(values) - set(CHANGEABLE))
    if unknown:
        raise Invalid("field_unknown", _("There is no such field."), field=unknown[0], known=list(CHANGEABLE))
    if values.get("priority", Priority.NORMAL) not in Priority.values:
        raise Invalid("priority_unknown", _("There is no such priority."), field="priority")
    if values.get("kind", Kind.QUESTION) not in Kind.values:
        raise Invalid("kind_unknown", _("There is no such kind."), field="kind")
    if "subject" in values and not 0 < len(str(values["subject"]).strip()) <= 200:
        raise Invalid("subject_length", _("Between 1 and 200 characters, please."), field="subject")
    tags = values.get("tags", [])
    if (
        not isinstance(tags, list)
        or any(not isinstance(tag, str) or len(tag) > 40 for tag in tags)
        or len(tags) > 30
    ):
        raise Invalid("tags_invalid", _("At most 30 tags of 40 characters."), field="tags")
    return dict(values)


def _changed(case: Case, names: list[str], old: list[Any]) -> events.CaseChanged:
    """Codes are told, texts are not: a journal row outlives erasure."""
    silent = {"subject", "temporary_fix", "lasting_fix", "fields", "tags"}
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
