"""What the assistant does after a fact: read an article anew, forget a flow whose dialogue went on without it."""

from huiyin.assistant import services
from huiyin.assistant.events import DialogueEnded, DialogueHandedOver
from huiyin.assistant.services import flow_runs
from huiyin.core import journal
from huiyin.core.models import JournalEntry
from huiyin.knowledge.events import ArticleArchived, ArticleDescribed, ArticlePublished


@journal.listener(ArticlePublished)
@journal.listener(ArticleDescribed)
@journal.listener(ArticleArchived)
def on_article_changed_read(
    event: ArticlePublished | ArticleDescribed | ArticleArchived, entry: JournalEntry
) -> None:
    """Phrasings follow what readers see; their vectors come with the next run of the job."""
    services.read([str(event.subject)])


@journal.listener(DialogueEnded)
@journal.listener(DialogueHandedOver)
def on_dialogue_closed_leave_flow(event: DialogueEnded | DialogueHandedOver, entry: JournalEntry) -> None:
    """A guided flow ends with its dialogue, and what was given to it is forgotten."""
    flow_runs.leave_in(event.subject)
