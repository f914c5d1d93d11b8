"""What threads do after a fact: show on a message whether the mail with it went out."""

from huiyin.conversations import services
from huiyin.conversations.models import Message
from huiyin.core import journal
from huiyin.core.events import MailFailed, MailSent
from huiyin.core.models import JournalEntry

OWNER = "message"


@journal.listener(MailSent)
def on_mail_sent_mark(event: MailSent, entry: JournalEntry) -> None:
    """The channel took it."""
    if event.owner_kind == OWNER:
        services.mark_delivered(Message.objects.get(id=event.owner_id))


@journal.listener(MailFailed)
def on_mail_failed_mark(event: MailFailed, entry: JournalEntry) -> None:
    """The channel refused it for good; the agent sees it on the message."""
    if event.owner_kind == OWNER:
        services.mark_failed(Message.objects.get(id=event.owner_id), reason=event.reason)
