"""What insights do after a voice was heard, or said to be about something else, and who hears of swells."""

from uuid import UUID

from huiyin.accounts import selectors as people
from huiyin.cases.events import CaseChanged
from huiyin.cases.services.notices import tell_staff
from huiyin.core import journal
from huiyin.core.models import JournalEntry
from huiyin.insights import events, services
from huiyin.insights.selectors import members
from huiyin.insights.selectors.owners import leads_of, owners_of
from huiyin.privacy.events import ConsentWithdrawn
from huiyin.privacy.models import Purpose
from huiyin.voices.events import VoiceRecorded, VoicesEmbedded, VoiceUnderstood


@journal.listener(VoiceRecorded, atomic=False)
def on_voice_recorded_place(event: VoiceRecorded, entry: JournalEntry) -> None:
    """A voice whose meaning intake waited for; the others follow when they are understood."""
    if event.is_understood:
        services.place([UUID(event.subject)])


@journal.listener(VoiceUnderstood, atomic=False)
def on_voice_understood_place(event: VoiceUnderstood, entry: JournalEntry) -> None:
    services.place([UUID(event.subject)])


@journal.listener(VoicesEmbedded)
def on_voices_embedded_link(event: VoicesEmbedded, entry: JournalEntry) -> None:
    """What was said before anybody knew its meaning, or with another encoder, has topics by now."""
    services.link_soon()


@journal.listener(ConsentWithdrawn)
def on_consent_withdrawn_take_out(event: ConsentWithdrawn, entry: JournalEntry) -> None:
    """Who wants no analysis of their words is counted nowhere any more."""
    if event.purpose == Purpose.ANALYTICS:
        services.take_out(members.persons_of(UUID(event.subject)))


@journal.listener(events.TopicSwelled)
@journal.listener(events.TopicCalmed)
def on_topic_swell_ring(event: events.TopicSwelled | events.TopicCalmed, entry: JournalEntry) -> None:
    """Whoever answers for the topic hears of it by the bell."""
    tell_staff(owners_of(event.subject), entry=entry)


@journal.listener(events.ProductSwelled)
@journal.listener(events.ProductCalmed)
def on_product_swell_ring(event: events.ProductSwelled | events.ProductCalmed, entry: JournalEntry) -> None:
    tell_staff(leads_of(people.directory().product(event.subject)), entry=entry)


@journal.listener(events.CategorySwelled)
@journal.listener(events.CategoryCalmed)
def on_category_swell_ring(
    event: events.CategorySwelled | events.CategoryCalmed, entry: JournalEntry
) -> None:
    """Nobody owns a whole category: those who answer for the experience of all."""
    tell_staff(leads_of(None), entry=entry)


@journal.listener(CaseChanged)
def on_case_changed_count_anew(event: CaseChanged, entry: JournalEntry) -> None:
    """Its voices are counted under the category and the product that people say."""
    if {"category", "product"} & set(event.fields):
        services.count_anew(int(event.subject))
