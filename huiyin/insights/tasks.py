"""What machines start in insights."""

from django_tasks import task

from huiyin.insights import services
from huiyin.insights.services import alarms


@task(priority=-30)
def place() -> int:
    """Voices that became ready for topics while nobody told of them."""
    return services.place()


@task(priority=-60)
def link() -> dict[str, int]:
    """The night's look at all topics."""
    return services.link()


@task(priority=10)
def watch() -> dict[str, int]:
    """Topics that swell, and those that are calm again."""
    return alarms.watch()
