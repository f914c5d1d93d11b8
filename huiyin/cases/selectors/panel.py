"""The side panel of a case: who this person is to us."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, QuerySet
from django.db.models.fields.json import KeyTextTransform

from huiyin.accounts.models import Contact, User
from huiyin.accounts.selectors.family import family_of
from huiyin.cases.models import Case, Confirmation
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.selectors.access import cases_for
from huiyin.cases.selectors.inbox import Row, rows_of
from huiyin.conversations.models import Message
from huiyin.core import shroud
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
    others = _others(user, case).filter(status__in=ACTIVE)
    return rows_of(others.order_by("-number")[:SHOWN])


def history_of(user: User, case: Case) -> list[Row]:
    """Earlier cases of the same contact that are not open any more."""
    others = _others(user, case).exclude(status__in=ACTIVE)
    return rows_of(others.order_by("-number")[:SHOWN])


def satisfaction_of(contact: Contact) -> Satisfaction:
    """What this contact said of our solutions."""
    said = Confirmation.objects.filter(case__contact__in=family_of(contact))
    figures = said.aggregate(mean=Avg("score"), scores=Count("score"))
    return Satisfaction(figures["mean"], figures["scores"], said.filter(is_settled=False).count())


def _others(user: User, case: Case) -> QuerySet[Case]:
    """Other cases of the same person, under whatever contact they came."""
    return cases_for(user).filter(contact__in=family_of(case.contact)).exclude(number=case.number)


def similar_to(user: User, case: Case) -> list[dict[str, Any]]:
    """Open cases of anybody that say nearly the same; a person decides whether they are one. Four queries."""
    voice = _first_voice(case.number)
    if voice is None:
        return []
    told = understanding_from(voice.understanding, bytes(voice.vector or b""))
    near = _open_near(user, case)
    matches = language.near_duplicates(told, _candidates(near), limit=SHOWN)
    numbers = [near[UUID(match.key)] for match in matches]
    found = {each.number: each for each in Case.objects.filter(number__in=numbers)}
    return [_similar(found[number], match) for number, match in zip(numbers, matches, strict=True)]


def _open_near(user: User, case: Case) -> dict[UUID, int]:
    """Conversations of the newest open cases and their case numbers."""
    since = case.opened_at - LOOK_BACK
    others = cases_for(user).filter(status__in=ACTIVE, merged_into=None, opened_at__gte=since)
    newest = (
        others.exclude(number=case.number).exclude(conversation_id=case.conversation_id).order_by("-number")
    )
    return dict(newest.values_list("conversation_id", "number")[:CANDIDATES])


def _candidates(near: dict[UUID, int]) -> list[Candidate]:
    """The voices of those conversations as plain columns; no object is built for any of them."""
    said = Message.objects.filter(conversation_id__in=list(near), voice__isnull=False)
    # As text: SQLite would hand a hexadecimal word like 12e4 back as a number.
    simhash = KeyTextTransform("simhash", "voice__understanding")
    columns = ("conversation_id", "voice__fingerprint", simhash, "voice__vector")
    return [
        Candidate(str(conversation), digest, int(simhash or "0", 16), bytes(vector or b""))
        for conversation, digest, simhash, vector in said.values_list(*columns)
    ]


def _similar(case: Case, match: Any) -> dict[str, Any]:
    return {
        "number": case.number,
        "reference": case.reference,
        "subject": shroud.words(case.subject),
        "status": case.status,
        "score": match.score,
    }


def _first_voice(number: int) -> Voice | None:
    messages = Message.objects.filter(
        conversation__in=Case.objects.filter(number=number).values("conversation")
    )
    first = messages.filter(voice__isnull=False).select_related("voice").order_by("at").first()
    return first.voice if first else None
