"""The only ways from a request to a case: by a person's rights, or by the key of one contact's own case."""

import base64
import hmac
import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from huiyin.accounts.models import User
from huiyin.accounts.policies import READERS
from huiyin.accounts.selectors import directory
from huiyin.accounts.selectors.family import recognise
from huiyin.cases.events import CaseOpened
from huiyin.cases.models import Case
from huiyin.cases.policies import can_read_cases
from huiyin.core import shroud
from huiyin.core.errors import NotFound
from huiyin.core.models import JournalEntry
from huiyin.core.numbers import whole

# Free text of a case, and its columns of JSON, in which somebody may stand by name.
TEXTS = ("subject", "preview", "resolution", "temporary_fix", "lasting_fix")
TREES = ("tags", "fields", "understanding")
REFERENCE = re.compile(r"(?:HY-)?0*(\d{1,15})", re.IGNORECASE)


def cases_for(user: Any) -> QuerySet[Case]:
    """Cases that this person may see: all, or those of the teams and business lines their roles are limited to."""
    if not getattr(user, "is_active", False):
        return Case.objects.none()
    scopes = [(line, team) for role, line, team in user.held if role in READERS]
    if not scopes:
        return Case.objects.none()
    if (None, None) in scopes:
        return Case.objects.all()
    lines = [line for line, team in scopes if line and not team]
    teams = [team for _line, team in scopes if team]
    return Case.objects.filter(
        Q(product__line__in=lines) | Q(team__in=teams) | Q(team__line__in=lines) | Q(owner_id=user.id)
    )


def others_work(user: User, cases: Iterable[Any]) -> list[Any]:
    """Those of the cases, or lines of a list, that are neither this person's nor their teams', and that they did not
    bring in: a program reads back what it brought.
    """
    mine = directory().teams_of(user)
    left = {str(case.number): case for case in cases if case.owner_id != user.pk and case.team_id not in mine}
    if left:
        opened = JournalEntry.objects.filter(subject_kind="case", subject__in=left, name=CaseOpened.name)
        for number in opened.filter(actor_kind="user", actor_id=str(user.pk)).values_list(
            "subject", flat=True
        ):
            left.pop(number, None)
    return list(left.values())


def contacts_met(user: User) -> Q:
    """The contacts of the cases that this person may see."""
    return Q(id__in=cases_for(user).values("contact_id"))


def number_of(text: str) -> int:
    """The number in `HY-000123`, `123` or `hy-123`. Refuses anything else like an absent case."""
    found = REFERENCE.fullmatch(text.strip())
    if found is None:
        raise NotFound("case_absent", "")
    return int(found.group(1))


def case_for(user: User, reference: str | int) -> Case:
    """One case with its people. Absent and forbidden look alike. Accepts a reference, a number or the id."""
    cases = cases_for(user).select_related("contact", "owner", "team", "product", "conversation")
    case = cases.filter(_named(str(reference))).first()
    if case is None:
        raise NotFound("case_absent", "")
    return _veiled(case) if shroud.is_drawn() else case


def follow_key(case: Case) -> str:
    """The contact's own key to one case: its id and a 128-bit signature, dead when `follow_version` is raised."""
    return (
        base64.urlsafe_b64encode(case.id.bytes + _signature(case.id, case.follow_version))
        .decode()
        .rstrip("=")
    )


def followed(key: str) -> Case:
    """The case behind a contact's key. Refuses anything forged, mistyped or revoked as absent."""
    try:
        raw = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
        case_id = UUID(bytes=raw[:16])
    except (ValueError, TypeError) as error:
        raise NotFound("link_invalid", "") from error
    cases = Case.objects.select_related("contact", "owner", "team", "product", "conversation")
    case = cases.filter(id=case_id).first()
    if case is None or not hmac.compare_digest(raw[16:], _signature(case_id, case.follow_version)):
        raise NotFound("link_invalid", "")
    return case


def may_hear(user: Any, number: str) -> bool:
    """May this person hear that a case changed? Of all cases, ids only are told, so any reader may."""
    if not number:
        return can_read_cases(user)
    wanted = whole(number)
    return wanted is not None and cases_for(user).filter(number=wanted).exists()


def topics_of(key: str) -> list[str] | None:
    """What the contact's page behind this key listens to; None when there is no such key."""
    try:
        return [f"case:{followed(key).number}"]
    except NotFound:
        return None


def _veiled(case: Case) -> Case:
    """The case as guests read it: whatever names its person is hidden, wherever it stands in free text.

    Guests change nothing, so that the instance is never saved.
    """
    recognise([case.contact.merged_into_id or case.contact_id])
    for name in TEXTS:
        setattr(case, name, shroud.words(getattr(case, name)))
    for name in TREES:
        setattr(case, name, shroud.tree(getattr(case, name)))
    return case


def _signature(case_id: UUID, version: int) -> bytes:
    told = case_id.hex + str(version)
    return salted_hmac("huiyin.cases.follow", told, algorithm="sha256").digest()[:16]


def _named(reference: str) -> Q:
    try:
        return Q(id=UUID(reference)) if len(reference) > 20 else Q(number=number_of(reference))
    except ValueError as error:
        raise NotFound("case_absent", "") from error


def may_read_message(user: Any, message_id: str) -> bool:
    """Whether files of a message may be read: by who sees a case about its thread."""
    return cases_for(user).filter(conversation__messages__id=message_id).exists()


def may_read_note(user: Any, note_id: str) -> bool:
    """Whether files of a note may be read: by who sees its case."""
    return cases_for(user).filter(notes__id=note_id).exists()
