"""What threads do after a fact: show on a message whether the mail or text message with it went out."""

from huiyin.conversations import services
from huiyin.conversations.models import Message
from huiyin.core import journal
from huiyin.core.events import MailFailed, MailSent, SmsFailed, SmsSent
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


@journal.listener(SmsSent)
def on_sms_sent_mark(event: SmsSent, entry: JournalEntry) -> None:
    """The user's phone was told of the message."""
    if event.owner_kind == OWNER:
        services.mark_delivered(Message.objects.get(id=event.owner_id))


@journal.listener(SmsFailed)
def on_sms_failed_mark(event: SmsFailed, entry: JournalEntry) -> None:
    """The gateway refused it for good; the agent sees it on the message."""
    if event.owner_kind == OWNER:
        services.mark_failed(Message.objects.get(id=event.owner_id), reason=event.reason)
