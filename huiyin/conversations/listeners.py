"""What threads do after a fact: put what we said on its channel."""

from huiyin.conversations import services
from huiyin.conversations.events import MessageSent
from huiyin.conversations.models import Message
from huiyin.core import journal
from huiyin.core.models import JournalEntry


@journal.listener(MessageSent)
def on_message_sent_deliver(event: MessageSent, entry: JournalEntry) -> None:
    """A message can be read on the user's own page from the moment it is committed."""
    services.mark_delivered(Message.objects.get(id=event.message))
