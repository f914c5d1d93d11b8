"""The side panel of a case: who this person is to us."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count

from huiyin.accounts.models import Contact, User
from huiyin.cases.models import Case, Confirmation
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.selectors.access import cases_for
from huiyin.cases.selectors.inbox import Row, rows_of
from huiyin.conversations.models import Message
from huiyin.language import services as language
from huiyin.language.duplicates import Candidate
from huiyin.language.verdicts import understanding_from
from huiyin.voices.models import Voice

SHOWN = 5
CANDIDATES = 200
LOOK_BACK = timedelta(days=14)


@dataclass(frozen=True)
class Satisfaction:
    """Mean score, how many scores, and how often a solution did not settle the matter."""

    mean: float | None
    scores: int
    disputed: int


def open_cases_of(user: User, case: Case) -> list[Row]:
    """Other open cases of the same contact, newest first."""
    others = cases_for(user).filter(contact_id=case.contact_id, status__in=ACTIVE).exclude(number=case.number)
    return rows_of(others.order_by("-number")[:SHOWN])


def history_of(user: User, case: Case) -> list[Row]:
    """Earlier cases of the same contact that are not open any more."""
    others = (
        cases_for(user)
        .filter(contact_id=case.contact_id)
        .exclude(status__in=ACTIVE)
        .exclude(number=case.number)
    )
    return rows_of(others.order_by("-number")[:SHOWN])


def satisfaction_of(contact: Contact) -> Satisfaction:
    """What this contact said of our solutions."""
    said = Confirmation.objects.filter(case__contact=contact)
    figures = said.aggregate(mean=Avg("score"), scores=Count("score"))
    return Satisfaction(figures["mean"], figures["scores"], said.filter(is_settled=False).count())


def similar_to(user: User, case: Case) -> list[dict[str, Any]]:
    """Open cases of anybody that say nearly the same; a person decides whether they are one."""
    voice = _first_voice(case.number)
    if voice is None:
        return []
    since = case.opened_at - LOOK_BACK
    others = cases_for(user).filter(status__in=ACTIVE, merged_into=None, opened_at__gte=since)
    near = others.exclude(number=case.number).order_by("-number")[:CANDIDATES]
    by_conversation = {each.conversation_id: each for each in near}
    said = Message.objects.filter(conversation_id__in=list(by_conversation), voice__isnull=False)
    candidates, found = [], {}
    for message in said.select_related("voice").order_by("at"):
        if message.voice is None:
            continue
        found[str(message.voice_id)] = by_conversation[message.conversation_id]
        candidates.append(_candidate(message.voice))
    matches = language.near_duplicates(_told(voice), candidates, limit=SHOWN)
    return [_similar(found[match.key], match) for match in matches]


def _similar(case: Case, match: Any) -> dict[str, Any]:
    return {
        "number": case.number,
        "reference": case.reference,
        "subject": case.subject,
        "status": case.status,
        "score": match.score,
    }


def _first_voice(number: int) -> Voice | None:
    messages = Message.objects.filter(
        conversation__in=Case.objects.filter(number=number).values("conversation")
    )
    first = messages.filter(voice__isnull=False).select_related("voice").order_by("at").first()
    return first.voice if first else None


def _told(voice: Voice) -> language.Understanding:
    return understanding_from(voice.understanding, bytes(voice.vector or b""))


def _candidate(voice: Voice) -> Candidate:
    told = _told(voice)
    return Candidate(str(voice.id), told.digest, told.simhash, told.vector)
