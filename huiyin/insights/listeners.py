"""What insights do after a voice was heard: put it into its topic, and take it out when its user says so."""

from uuid import UUID

from huiyin.cases.services.notices import tell_staff
from huiyin.core import journal
from huiyin.core.models import JournalEntry
from huiyin.insights import services
from huiyin.insights.events import TopicCalmed, TopicSwelled
from huiyin.insights.selectors import members
from huiyin.insights.selectors.owners import owners_of
from huiyin.privacy.events import ConsentWithdrawn
from huiyin.privacy.models import Purpose
from huiyin.voices.events import VoiceRecorded, VoiceUnderstood


@journal.listener(VoiceRecorded, atomic=False)
def on_voice_recorded_place(event: VoiceRecorded, entry: JournalEntry) -> None:
    """A voice whose meaning intake waited for; the others follow when they are understood."""
    if event.is_understood:
        services.place([UUID(event.subject)])


@journal.listener(VoiceUnderstood, atomic=False)
def on_voice_understood_place(event: VoiceUnderstood, entry: JournalEntry) -> None:
    services.place([UUID(event.subject)])


@journal.listener(ConsentWithdrawn)
def on_consent_withdrawn_take_out(event: ConsentWithdrawn, entry: JournalEntry) -> None:
    """Who wants no analysis of their words is counted nowhere any more."""
    if event.purpose == Purpose.ANALYTICS:
        services.take_out(members.persons_of(UUID(event.subject)))


@journal.listener(TopicSwelled)
def on_topic_swelled_ring(event: TopicSwelled, entry: JournalEntry) -> None:
    """Whoever answers for the topic hears of it by the bell."""
    tell_staff(owners_of(event.subject), entry=entry)


@journal.listener(TopicCalmed)
def on_topic_calmed_ring(event: TopicCalmed, entry: JournalEntry) -> None:
    tell_staff(owners_of(event.subject), entry=entry)
