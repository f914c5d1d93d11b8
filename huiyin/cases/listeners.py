"""What cases do after a fact: complete the verdicts, ask the user whether it is settled, answer merged ones."""

from uuid import UUID

from huiyin.cases import services
from huiyin.cases.events import CalendarChanged, CaseOpened, CaseReplied, CaseSolved
from huiyin.cases.models import Case, Status
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.services import calendars
from huiyin.conversations import services as conversations
from huiyin.conversations.models import Message
from huiyin.core import journal
from huiyin.core.actors import SYSTEM
from huiyin.core.models import JournalEntry
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
    case = Case.objects.select_related("contact").get(number=event.subject)
    if case.status == Status.SOLVED:
        services.ask(case)


@journal.listener(CalendarChanged, atomic=False)
def on_calendar_changed_recount(event: CalendarChanged, entry: JournalEntry) -> None:
    """Running deadlines follow the new hours, in batches; a repetition finds nothing left to do."""
    calendars.recount(UUID(event.subject))


@journal.listener(CaseOpened)
def on_case_opened_acknowledge(event: CaseOpened, entry: JournalEntry) -> None:
    """Somebody who left an address reads at once that they were heard."""
    services.acknowledge(Case.objects.select_related("contact").get(number=event.subject))


@journal.listener(CaseReplied)
def on_case_replied_pass_on(event: CaseReplied, entry: JournalEntry) -> None:
    """Our reply stands on the user's page from its commit on; who left an address reads it by mail too."""
    case = Case.objects.select_related("contact").get(number=event.subject)
    message = Message.objects.get(id=event.message)
    if not services.pass_on(case, message):
        conversations.mark_delivered(message)
