"""What machines start in the ear."""

from django_tasks import task

from huiyin.voices import services


@task(priority=-50)
def embed_afresh() -> int:
    """Bring vectors up to date, a portion at a time, each in a job of its own."""
    done = services.embed_afresh()
    if done == services.RE_EMBEDDED:
        embed_afresh.enqueue()
    return done
