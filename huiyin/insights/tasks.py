"""What machines start in insights."""

from django_tasks import task

from huiyin.insights import services


@task(priority=-30)
def place() -> int:
    """Voices that became ready for topics while nobody told of them."""
    return services.place()


@task(priority=-60)
def link() -> dict[str, int]:
    """The night's look at all topics."""
    return services.link()
