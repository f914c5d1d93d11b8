"""What machines start in language."""

from django_tasks import task

from huiyin.language.services import reviewing


@task(priority=-50)
def tidy_review() -> int:
    """Let go of texts that nobody judged in time."""
    return reviewing.tidy()
