"""Who writes the help centre, and who lets readers see it. What one may read is settled by `articles_for`."""

from typing import Any

from huiyin.accounts import policies as people
from huiyin.accounts.models import Role
from huiyin.core.errors import Forbidden

WRITERS = people.HANDLERS | {Role.MANAGER}
PUBLISHERS = frozenset({Role.SENIOR, Role.SUPERVISOR, Role.OWNER, Role.MANAGER, Role.ADMIN})


def can_read_desk_articles(user: Any) -> bool:
    """See the knowledge desk: drafts, versions, votes."""
    return people.can_enter_desk(user)


def can_write_articles(user: Any) -> bool:
    """Draft, revise, submit for review."""
    return people.holds(user, WRITERS)


def can_publish_articles(user: Any) -> bool:
    """Publish, archive, bring back."""
    return people.holds(user, PUBLISHERS)


def demand(allowed: bool) -> None:
    """For a view with two verbs of which only one is open to all who may enter."""
    if not allowed:
        raise Forbidden("not_allowed", "")
