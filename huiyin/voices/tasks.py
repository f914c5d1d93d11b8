"""What machines start in the ear."""

from django_tasks import task

from huiyin.voices import services


@task(priority=-50)
def embed_afresh() -> int:
    """Bring vectors of earlier encoders up to date, a portion at a time."""
    return services.embed_afresh()
