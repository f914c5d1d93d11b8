"""Writes about retention: how long each class is kept, what a run removes, whom it has to spare."""

from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact
from huiyin.core import clock, journal, persons
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Invalid
from huiyin.privacy import events, kinds
from huiyin.privacy.models import Erasure, RetentionRule, RetentionRun
from huiyin.privacy.services.erasure import carry_out_all
from huiyin.privacy.services.holding import held_people

# People of whom nothing is left but old history go in small numbers, so that a run never lasts.
PEOPLE_A_RUN = 50


@transaction.atomic
def keep_for(kind: str, *, days: int, is_on: bool, by: Actor = SYSTEM) -> RetentionRule:
    """Set how long a class is kept. Refuses less than the law's floor and more than our ceiling.

    Events: retention.ruled.
    """
    known = kinds.BY_KEY.get(kind)
    if known is None:
        raise Invalid("class_unknown", _("There is no such class of data."), field="kind")
    if not known.floor <= days <= known.ceiling:
        words = _("Between %(floor)s and %(ceiling)s days, please: the law and our own rules say so.")
        raise Invalid(
            "days_out_of_range", words % {"floor": known.floor, "ceiling": known.ceiling}, field="days"
        )
    rule, _is_new = RetentionRule.objects.update_or_create(
        kind=kind, defaults={"days": days, "is_on": is_on, "changed_at": clock.now()}
    )
    journal.publish(events.RetentionRuled(subject=kind, days=days, is_on=is_on), by=by)
    return rule


def run(*, is_dry: bool = False, by: Actor = SYSTEM) -> RetentionRun:
    """Remove what was kept long enough, or only count it. Held people are spared. Events: retention.ran."""
    held, counts = held_people(), {}
    for rule in RetentionRule.objects.filter(is_on=True):
        before = clock.now() - timedelta(days=rule.days)
        for expiry in persons.expiries.values():
            if expiry.kind == rule.kind:
                rows = expiry.rows(before, held)
                counts[expiry.name] = rows.count() if is_dry else expiry.remove(rows)
    return _report(counts, is_dry=is_dry, by=by)


def idle_people(before: datetime, held: frozenset[UUID]) -> QuerySet[Contact]:
    """Contacts without an account of whom nothing was heard since; the apps above say where something was."""
    quiet = Contact.objects.filter(
        created_at__lt=before, erased_at=None, user=None, merged_into=None
    ).exclude(id__in=held)
    for heard_of in persons.heard:
        quiet = quiet.exclude(id__in=heard_of(before))
    return quiet


def forget_people(rows: QuerySet[Any]) -> int:
    """Erase some of them like everybody who asks for it, ledger and certificate included."""
    found, now = list(rows.order_by("id")[:PEOPLE_A_RUN]), clock.now()
    carry_out_all(
        Erasure.objects.create(contact=contact, asked_at=now, due_at=now, certificate=token_hex(16))
        for contact in found
    )
    return len(found)


@transaction.atomic
def _report(counts: dict[str, int], *, is_dry: bool, by: Actor) -> RetentionRun:
    row = RetentionRun.objects.create(is_dry=is_dry, counts=counts)
    fact = events.RetentionRan(subject=str(row.id), removed=sum(counts.values()), is_dry=is_dry)
    journal.publish(fact, by=by)
    return row


def install(model: Any) -> None:
    """Copies, contexts and sign-ins are removed from the start; people are forgotten once somebody says so."""
    for kind in kinds.KINDS:
        is_on = kind.key in {"copy", "context", "security"}
        model("RetentionRule").objects.get_or_create(
            kind=kind.key, defaults={"days": kind.days, "is_on": is_on}
        )
