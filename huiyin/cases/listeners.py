"""What cases do after a fact: complete the verdicts, ask the user whether it is settled, answer merged ones."""

from uuid import UUID

from huiyin.cases import services
from huiyin.cases.events import CalendarChanged, CaseSolved
from huiyin.cases.models import Case
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.services import calendars
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
    """Ask the user, on the channel they came by, whether the matter is settled."""
    services.ask(Case.objects.select_related("contact").get(number=event.subject))


@journal.listener(CalendarChanged, atomic=False)
def on_calendar_changed_recount(event: CalendarChanged, entry: JournalEntry) -> None:
    """Running deadlines follow the new hours, in batches; a repetition finds nothing left to do."""
    calendars.recount(UUID(event.subject))
