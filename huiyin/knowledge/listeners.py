"""What the help centre does after a fact: let search know what new words mean, as soon as readers see them."""

from huiyin.core import journal
from huiyin.core.models import JournalEntry
from huiyin.knowledge.events import ArticlePublished
from huiyin.knowledge.services import vectors


@journal.listener(ArticlePublished, atomic=False)
def on_article_published_fill_vectors(event: ArticlePublished, entry: JournalEntry) -> None:
    """Its phrasings get their vectors at once; what the owner of the models misses now, the schedule makes up."""
    vectors.fill(seconds=10)
