"""What the assistant does after a fact: forget a flow whose dialogue went on without it."""

from huiyin.assistant.events import DialogueEnded, DialogueHandedOver
from huiyin.assistant.services import flow_runs
from huiyin.core import journal
from huiyin.core.models import JournalEntry


@journal.listener(DialogueEnded)
@journal.listener(DialogueHandedOver)
def on_dialogue_closed_leave_flow(event: DialogueEnded | DialogueHandedOver, entry: JournalEntry) -> None:
    """A guided flow ends with its dialogue, and what was given to it is forgotten."""
    flow_runs.leave_in(event.subject)
