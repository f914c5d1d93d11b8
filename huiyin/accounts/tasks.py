"""What machines start for accounts."""

from uuid import UUID

from django_tasks import task

from huiyin.accounts.services import (
    clients,
    codes,
    identity_tokens,
    leaving,
    reviews,
    sessions,
    setbacks,
    signing,
)


@task(priority=-10)
def note_wrong_password(sealed: str) -> None:
    """Somebody gave a wrong password for a name."""
    sessions.note_wrong_proof(sealed)


@task()
def tell_app(app_session: str) -> None:
    """One app hears that somebody left."""
    leaving.tell(UUID(app_session))


@task(priority=-50)
def tidy() -> dict[str, int]:
    """Forget what has served: codes, waits, used tokens, sign-ins older than the law and we need."""
    return {
        "codes": codes.sweep_codes(),
        "setbacks": setbacks.sweep_setbacks(),
        "sessions": sessions.sweep_sessions(),
        "identity_tokens": identity_tokens.sweep_spent(),
        "app_tokens": clients.sweep_tokens(),
        "signing_keys": int(signing.renew_keys()),
    }


@task(queue_name="default", priority=-10)
def call_to_review() -> int:
    """The quarter's review of rights: opened, and called to mind until it is done."""
    return reviews.remind()
