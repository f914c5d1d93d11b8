"""What machines start in the ear."""

from django.core.cache import cache
from django_tasks import task

from huiyin.language import services as language
from huiyin.voices import selectors, services

RESTING, REST_SECONDS = "voices.embed_afresh.resting", 600


@task(priority=-50)
def embed_afresh() -> int:
    """Bring vectors up to date, a portion at a time, each in a job of its own.

    Looking for stale ones reads the voices of weeks, so that it rests when there are none.
    """
    model = language.vector_model()
    if not model or cache.get(RESTING) == model:
        return 0
    done = services.embed_afresh()
    if done == services.RE_EMBEDDED:
        embed_afresh.enqueue()
    elif not done and not selectors.unread_by(model).exists():
        cache.set(RESTING, model, REST_SECONDS)
    return done
