"""What machines start in the help centre."""

from django_tasks import task

from huiyin.knowledge.services import vectors


@task(priority=-20)
def fill_vectors() -> int:
    """Let search know what new words mean."""
    return vectors.fill()
