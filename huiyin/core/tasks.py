"""What machines start on the floor."""

from uuid import UUID

from django_tasks import task

from huiyin.core import attachments, captcha, dispatch, idempotency, mail
from huiyin.core.jobs import deadletter


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


@task(queue_name="default", priority=-50)
def tidy() -> dict[str, int]:
    """Remove what has served: files that nobody claimed, kept answers, used challenges."""
    return {"files": attachments.sweep(), "answers": idempotency.sweep(), "challenges": captcha.sweep()}
