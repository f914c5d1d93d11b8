"""What follows a lesson: the models look for it soon."""

from huiyin.core import journal
from huiyin.core.models import JournalEntry
from huiyin.language import services
from huiyin.language.events import ExampleLearned, ModelChanged


@journal.listener(ExampleLearned, atomic=False)
def on_example_learned_refresh(event: ExampleLearned, entry: JournalEntry) -> None:
    """Nobody there is no failure: an owner looks for lessons when it starts, and now and then by itself."""
    services.refresh()


@journal.listener(ModelChanged, atomic=False)
def on_model_changed_refresh(event: ModelChanged, entry: JournalEntry) -> None:
    """Somebody chose another version: whoever holds the models takes it over."""
    services.refresh()
