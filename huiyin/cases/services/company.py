"""Being at a case together: who is there now, and who watches it."""

from huiyin.accounts.models import User
from huiyin.cases import presence
from huiyin.cases.models import Case, Watcher
from huiyin.core import live


def be_present(case: Case, *, state: str, user: User) -> None:
    """Say that this person looks, writes or has left; colleagues at the case read it when it differs. No fact."""
    known = state if state in presence.STATES else presence.VIEWING
    if presence.beat(case.number, user.id, known):
        live.changed(f"presence:{case.number}", "presence")


def watch(case: Case, *, user: User) -> Watcher:
    """Hear of every step of a case; twice is once."""
    return Watcher.objects.get_or_create(case=case, user=user)[0]


def unwatch(case: Case, *, user: User) -> None:
    """Hear of it no more; twice is once."""
    Watcher.objects.filter(case=case, user=user).delete()
