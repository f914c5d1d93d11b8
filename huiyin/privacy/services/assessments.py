"""Writes about impact assessments: a processing is judged, and a transfer that rests on the judgement follows it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.core import audit, journal
from huiyin.core.errors import Invalid
from huiyin.privacy import events
from huiyin.privacy.models import Assessment, Transfer

Conclusion, Occasion, Risk = Assessment.Conclusion, Assessment.Occasion, Assessment.Risk


@transaction.atomic
def assess(given: dict[str, Any], *, by: User) -> Assessment:
    """Enter a judgement; one that says no to a recipient stops it at once. Events: assessment.made.

    Refuses a transfer abroad without its recipient, and a high risk without safeguards or a no.
    """
    row = Assessment(**given, made_by=by)
    if row.occasion == Occasion.ABROAD and row.transfer is None:
        raise Invalid(
            "recipient_missing", _("Choose the recipient abroad from the register."), field="transfer"
        )
    if row.risk == Risk.HIGH and row.conclusion == Conclusion.GO:
        raise Invalid(
            "risk_too_high", _("A high risk needs safeguards, or may not be taken."), field="conclusion"
        )
    row.save(force_insert=True)
    if row.transfer_id and row.conclusion == Conclusion.NO:
        Transfer.objects.filter(id=row.transfer_id).update(is_allowed=False)
    detail = {"occasion": row.occasion, "risk": row.risk, "conclusion": row.conclusion}
    audit.record("assessment.made", f"assessment:{row.id}", by=by.actor, detail=detail)
    journal.publish(events.AssessmentMade(subject=str(row.id), **detail), by=by.actor)
    return row
