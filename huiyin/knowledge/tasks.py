"""What machines start in the help centre."""

from uuid import UUID

from django_tasks import task

from huiyin.knowledge.services import arrivals, care, gaps, phrasings, vectors


@task(priority=-20)
def fill_vectors() -> int:
    """Let search and the assistant know what new words mean."""
    phrasings.make_up()
    return vectors.fill()


@task(priority=-30)
def remind_owners() -> int:
    """Articles whose day to be looked at again has come."""
    return care.remind_owners()


@task(priority=-40)
def find_gaps() -> int:
    """What users ask again and again without an article."""
    return gaps.find_gaps()


@task()
def run_import(import_id: str) -> None:
    """A file of articles that somebody sent."""
    arrivals.run(UUID(import_id))
