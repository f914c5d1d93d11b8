"""What cases do after a fact: complete the verdicts, ask the user whether it is settled, answer merged ones."""

from uuid import UUID

from huiyin.cases import services
from huiyin.cases.events import (
    CalendarChanged,
    CaseAssigned,
    CaseClosed,
    CaseConfirmed,
    CaseEvent,
    CaseMerged,
    CaseNoted,
    CaseOpened,
    CaseReopened,
    CaseReplied,
    CaseSolved,
    CaseTransitioned,
    CaseVoiced,
    ClockBreached,
    ClockEvent,
    ClockWarned,
)
from huiyin.cases.models import Case, Clock, Notice, Status
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.services import asking, calendars, rights
from huiyin.conversations import services as conversations
from huiyin.conversations.models import Message
from huiyin.core import journal
from huiyin.core.actors import SYSTEM
from huiyin.core.models import JournalEntry
from huiyin.privacy.events import PrivacyAnswered, PrivacyRequested
from huiyin.voices.events import VoiceUnderstood
from huiyin.voices.models import Voice


@journal.listener(VoiceUnderstood)
def on_voice_understood_complete(event: VoiceUnderstood, entry: JournalEntry) -> None:
    """The verdicts that intake did not wait for reach the case."""
    services.complete(Voice.objects.get(id=event.subject), by=SYSTEM)


@journal.listener(CaseSolved)
def on_case_solved_solve_merged(event: CaseSolved, entry: JournalEntry) -> None:
    """Whoever was merged into this case hears the same solution and is asked as well."""
    case = Case.objects.get(number=event.subject)
    for each in Case.objects.filter(merged_into=case, status__in=ACTIVE):
        services.solve(each, resolution=case.resolution, by=SYSTEM)


@journal.listener(CaseSolved)
def on_case_solved_ask(event: CaseSolved, entry: JournalEntry) -> None:
    """Ask the user, on the channel they came by, whether the matter is settled.

    Who has answered in the meantime is not asked: that mail would take the place of the one for the next solution.
    """
    case = _told(event.subject)
    if case.status == Status.SOLVED:
        services.ask(case)


@journal.listener(CalendarChanged, atomic=False)
def on_calendar_changed_recount(event: CalendarChanged, entry: JournalEntry) -> None:
    """Running deadlines follow the new hours, in batches; a repetition finds nothing left to do."""
    calendars.recount(UUID(event.subject))


@journal.listener(CaseOpened)
def on_case_opened_acknowledge(event: CaseOpened, entry: JournalEntry) -> None:
    """Somebody who left an address reads at once that they were heard."""
    services.acknowledge(_told(event.subject))


@journal.listener(CaseReplied)
def on_case_replied_pass_on(event: CaseReplied, entry: JournalEntry) -> None:
    """Our reply stands on the user's page from its commit on; who wants to be told reads of it elsewhere too."""
    case = _told(event.subject)
    message = Message.objects.get(id=event.message)
    if not services.pass_on(case, message):
        conversations.mark_delivered(message)


@journal.listener(CaseAssigned)
def on_case_assigned_introduce(event: CaseAssigned, entry: JournalEntry) -> None:
    """The user reads who is on it."""
    if event.owner:
        asking.introduce(_told(event.subject))


@journal.listener(CaseTransitioned)
def on_case_transitioned_say_waiting(event: CaseTransitioned, entry: JournalEntry) -> None:
    """The user reads that somebody outside has to act."""
    if event.target == Status.PENDING_THIRD_PARTY:
        asking.say_waiting(_told(event.subject))


@journal.listener(ClockBreached)
def on_clock_breached_apologise(event: ClockBreached, entry: JournalEntry) -> None:
    """The lead of the team learns of it first; then the user reads that we are late, without another promise."""
    case = _told(event.subject)
    services.notify(case, [case.team.lead_id], kind=Notice.Kind.DUE, entry=entry)
    asking.apologise(case, Clock.objects.get(id=event.clock))


@journal.listener(CaseClosed)
def on_case_closed_say(event: CaseClosed, entry: JournalEntry) -> None:
    """The user reads that silence ended it, and how to go on."""
    asking.say_closed(_told(event.subject))


@journal.listener(CaseNoted)
def on_case_noted_ring(event: CaseNoted, entry: JournalEntry) -> None:
    """Who is called by name hears it as a call; the watchers hear that there is a note."""
    case = _told(event.subject)
    services.notify(case, event.mentions, kind=Notice.Kind.MENTIONED, entry=entry)
    services.notify(case, _watchers(case), kind=Notice.Kind.WATCHED, entry=entry)


@journal.listener(CaseAssigned)
def on_case_assigned_ring(event: CaseAssigned, entry: JournalEntry) -> None:
    """The new owner learns of the case, unless they took it themselves."""
    case = _told(event.subject)
    services.notify(case, [event.owner], kind=Notice.Kind.ASSIGNED, entry=entry)
    services.notify(case, _watchers(case), kind=Notice.Kind.WATCHED, entry=entry)


@journal.listener(ClockWarned)
@journal.listener(ClockBreached)
def on_clock_near_ring(event: ClockEvent, entry: JournalEntry) -> None:
    """Whoever answers for the case hears of its deadline; without an owner the lead of its team."""
    case = _told(event.subject)
    who = case.owner_id or case.team.lead_id
    services.notify(case, [who], kind=Notice.Kind.DUE, entry=entry)


@journal.listener(CaseReplied)
@journal.listener(CaseVoiced)
@journal.listener(CaseSolved)
@journal.listener(CaseConfirmed)
@journal.listener(CaseReopened)
@journal.listener(CaseClosed)
@journal.listener(CaseMerged)
def on_case_moved_ring(event: CaseEvent, entry: JournalEntry) -> None:
    """Watchers hear of every step."""
    case = _told(event.subject)
    services.notify(case, _watchers(case), kind=Notice.Kind.WATCHED, entry=entry)


@journal.listener(CaseTransitioned)
def on_case_transitioned_ring(event: CaseTransitioned, entry: JournalEntry) -> None:
    """The same; a solution is told by its own fact."""
    if event.target != Status.SOLVED:
        on_case_moved_ring(event, entry)


def _watchers(case: Case) -> list[UUID]:
    return list(case.watchers.values_list("user_id", flat=True))


def _told(number: str) -> Case:
    """A case with what telling its user needs."""
    return Case.objects.select_related("contact", "conversation", "owner", "team").get(number=number)


@journal.listener(PrivacyRequested, atomic=False)
def on_privacy_requested_open(event: PrivacyRequested, entry: JournalEntry) -> None:
    """A demand about one's own data gets a case and the law's clock; the same demand twice is one case."""
    rights.open_right(UUID(event.subject), request=UUID(event.request), kind=event.kind)


@journal.listener(PrivacyAnswered)
def on_privacy_answered_settle(event: PrivacyAnswered, entry: JournalEntry) -> None:
    """What became of the demand stands in its case."""
    rights.settle_right(UUID(event.request), outcome=event.outcome)
