"""What the assistant does after a fact: read an article anew when readers see other words, or none."""

from huiyin.assistant import services
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
