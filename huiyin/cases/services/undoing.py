"""Taking back what can honestly be taken back: who has a case, its fields, its status while it is open.

What a user was told stays told: replies, notes and solutions are no part of this.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.cases import events
from huiyin.cases.models import Case
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.services import changes, rows, transitions
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict

FIELDS = ("priority", "category", "kind", "tags")


def standing(case: Case) -> dict[str, Any]:
    """A case as far as an act on it can be taken back; plain values that a session can keep.

    Sealed values are no part of it: only whether they are still the same, since then nothing can be taken back.
    """
    return {
        "owner": str(case.owner_id or ""),
        "team": str(case.team_id),
        "handovers": case.handover_count,
        "product": str(case.product_id or ""),
        "status": case.status,
        "fields": case.fields,
        "sealed": sha256(msgspec.json.encode(case.private, order="sorted")).hexdigest(),
        **{name: getattr(case, name) for name in FIELDS},
    }


@transaction.atomic
def take_back(case: Case, before: Mapping[str, Any], *, version: int, by: Actor) -> Case:
    """Put a case back to how it stood before an act of which `version` is the result.

    Refuses when anybody has acted since. Events: case.undone, then case.changed, case.assigned, case.transitioned
    and those of the clocks, as far as there is a difference.
    """
    held = rows.hold(case, version=version)
    now = standing(held)
    differing = [name for name, value in before.items() if now[name] != value]
    if not differing or "sealed" in differing:
        raise Conflict("nothing_to_take_back", _("There is nothing to take back."), current=held.status)
    journal.publish(events.CaseUndone(subject=str(held.number), fields=differing), by=by)
    wanted = {name: before[name] for name in FIELDS if name in differing}
    if "product" in differing:
        wanted["product"] = _of(people.directory().products, before["product"])
    if wanted:
        held = changes.change(held, wanted, by=by)
    if "fields" in differing:
        held = _refill(held, before["fields"], by=by)
    if {"owner", "team"} & set(differing):
        held = _give_back(held, before, by=by)
    if "status" in differing:
        held = _move_back(held, before["status"], by=by)
    return held


def _refill(held: Case, fields: dict[str, Any], *, by: Actor) -> Case:
    """Own fields exactly as they were, also where one that must be filled was still empty."""
    held = rows.hold(held)
    held.fields = fields
    rows.save(held, "fields")
    fact = events.CaseChanged(subject=str(held.number), fields=["fields"], old=[""], new=[""])
    journal.publish(fact, by=by)
    return held


def _give_back(held: Case, before: Mapping[str, Any], *, by: Actor) -> Case:
    owner = _of(people.directory().people, before["owner"])
    held = rows.hold(held)
    held.owner_id = owner.id if owner else None
    held.team = _of(people.directory().teams, before["team"]) or held.team
    held.handover_count = before["handovers"]
    rows.save(held, "owner", "team", "handover_count")
    fact = events.CaseAssigned(
        subject=str(held.number), owner=before["owner"], team=str(held.team_id), reason="undone"
    )
    journal.publish(fact, by=by)
    return held


def _move_back(held: Case, status: str, *, by: Actor) -> Case:
    """Among the open states only; back to *new* is no move of the machine, but undoes one."""
    held = rows.hold(held)
    if held.status not in ACTIVE or status not in ACTIVE:
        raise Conflict("cannot_take_back", _("This can no longer be taken back."), current=held.status)
    facts = transitions.step(held, status, at=clock.now())
    rows.save(held, *transitions.FIELDS)
    journal.publish_all(facts, by=by)
    return held


def _of(known: Mapping[Any, Any], key: str) -> Any:
    return next((each for each in known.values() if str(each.id) == key), None)
