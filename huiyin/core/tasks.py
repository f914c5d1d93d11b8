"""What machines start on the floor."""

from django_tasks import task

from huiyin.core import dispatch
from huiyin.core.jobs import deadletter


@task(priority=10)
def deliver(delivery_id: str) -> None:
    """One journal entry to one listener."""
    dispatch.deliver(delivery_id)


@task(queue_name="default", priority=-50)
def sweep() -> int:
    """Forget finished jobs and deliveries that nobody will ask for again."""
    return deadletter.sweep()
