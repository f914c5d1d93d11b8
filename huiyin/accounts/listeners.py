"""What accounts do after a fact: tell apps of others that somebody has left."""

from uuid import UUID

from huiyin.accounts.events import SessionEnded
from huiyin.accounts.services import leaving
from huiyin.core import journal
from huiyin.core.models import JournalEntry


@journal.listener(SessionEnded)
def on_session_ended_tell_apps(event: SessionEnded, entry: JournalEntry) -> None:
    """Wherever it ended, and why: at sign-out, from another browser, because the account was shut."""
    leaving.announce(UUID(event.session))
