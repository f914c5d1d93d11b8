"""What machines start on the floor."""

from datetime import datetime
from uuid import UUID

from django_tasks import task

from huiyin.core import attachments, captcha, dispatch, idempotency, mail, sms
from huiyin.core.audit import heads, segments
from huiyin.core.jobs import deadletter
from huiyin.core.webhooks import outbox, sending


@task(priority=10)
def deliver(delivery_id: str) -> None:
    """One journal entry to one listener."""
    dispatch.deliver(delivery_id)


@task(queue_name="default", priority=-50)
def sweep() -> int:
    """Forget finished jobs and deliveries that nobody will ask for again."""
    return deadletter.sweep()


@task(queue_name="default")
def send_mail(mail_id: str) -> None:
    """One mail to the mail server."""
    mail.deliver(UUID(mail_id))


@task(queue_name="default", priority=5)
def send_sms(sms_id: str) -> None:
    """One text message to the gateway; somebody may be waiting for its code."""
    sms.deliver(UUID(sms_id))


@task(queue_name="default", priority=-50)
def tidy() -> dict[str, int]:
    """Remove what has served: files that nobody claimed, kept answers, used challenges."""
    return {"files": attachments.sweep(), "answers": idempotency.sweep(), "challenges": captcha.sweep()}


@task(queue_name="default")
def send_webhook(delivery_id: str) -> None:
    """One fact to one endpoint; how to go on after a failure is planned in the delivery itself."""
    sending.attempt(UUID(delivery_id))


@task(queue_name="default", priority=-10)
def replay_webhooks(endpoint_id: str, since: str, after_seq: int) -> None:
    """Some hundred facts of a replay."""
    outbox.replay_batch(UUID(endpoint_id), datetime.fromisoformat(since), after_seq)


@task(queue_name="default")
def tell_audit_head() -> int | None:
    """The end of the audit chain, told outside the database."""
    told = heads.export()
    return told.seq if told else None


@task(queue_name="default")
def send_audit_head() -> None:
    """The same to the operator's own mailbox, once a day."""
    heads.send()


@task(queue_name="default", priority=-50)
def keep_audit() -> dict[str, int]:
    """Close the months that are over, and remove what need not be kept."""
    return {"closed": len(segments.close_months()), "removed": segments.remove_old()}
