"""What topics forget when a person is erased: the voice's place, its part of the sum, and words of theirs."""

from collections.abc import Collection
from uuid import UUID

from huiyin.core.persons import Person, Traces
from huiyin.insights.models import Member
from huiyin.insights.services.leaving import leave


def erase(person: Person, traces: Traces) -> int:
    """Take this person's voices out of their topics, and name those anew by what the others say."""
    return take_out([person.contact])


def take_out(contacts: Collection[UUID]) -> int:
    """The same for who wants no analysis of their words any more; how many voices left their topics."""
    return leave(Member.objects.filter(voice__contact__in=contacts))
