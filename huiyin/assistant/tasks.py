"""What the assistant does by the clock: end what fell silent, save what broke off, read what was learnt."""

from django_tasks import task

from huiyin.assistant import selectors, services
from huiyin.assistant.models import Handoff, State
from huiyin.core.errors import Refusal


@task
def tend() -> int:
    """Every open dialogue whose time is up: a silent visitor's ends, one that the assistant left goes to people."""
    due = selectors.overdue()
    for dialogue in due:
        if dialogue.state == State.WAITING:
            services.end(dialogue)
            continue
        try:
            services.hand_over(dialogue, reason=Handoff.Reason.LOST)
        except Refusal:
            services.let_go(dialogue)
    return len(due)


@task
def read() -> int:
    """Let the encoders read what was learnt of visitors."""
    return services.embed()


@task
def forget() -> int:
    """Words of strangers, after a while."""
    return services.forget_strangers()
