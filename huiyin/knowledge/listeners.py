"""What the help centre does after a fact: lets search know what new words mean, and looks for what is missing."""

from huiyin.core import journal
from huiyin.core.models import JournalEntry
from huiyin.knowledge.events import ArticlePublished
from huiyin.knowledge.services import gaps, vectors
from huiyin.voices.events import VoicesEmbedded


@journal.listener(ArticlePublished, atomic=False)
def on_article_published_fill_vectors(event: ArticlePublished, entry: JournalEntry) -> None:
    """Its phrasings get their vectors at once; what the owner of the models misses now, the schedule makes up."""
    vectors.fill(seconds=10)


@journal.listener(VoicesEmbedded)
def on_voices_embedded_find_gaps(event: VoicesEmbedded, entry: JournalEntry) -> None:
    gaps.look_soon()
