"""Who writes the help centre, and who lets readers see it. What one may read is settled by `articles_for`."""

from typing import Any

from huiyin.accounts import policies as people
from huiyin.accounts.models import Role
from huiyin.core.errors import Forbidden

WRITERS = people.HANDLERS | {Role.MANAGER}
PUBLISHERS = frozenset({Role.SENIOR, Role.SUPERVISOR, Role.OWNER, Role.MANAGER, Role.ADMIN})
# Who answers for the whole service needs no second look, or a small company could publish nothing.
ALONE = frozenset({Role.MANAGER, Role.ADMIN})


def can_read_desk_articles(user: Any) -> bool:
    """See the knowledge desk: drafts, versions, votes."""
    return people.can_enter_desk(user)


def can_write_articles(user: Any) -> bool:
    """Draft, revise, submit for review."""
    return people.holds(user, WRITERS)


def can_publish_articles(user: Any) -> bool:
    """Publish, archive, bring back."""
    return people.holds(user, PUBLISHERS)


def can_publish_alone(user: Any) -> bool:
    """Publish words of one's own that nobody else has looked at; the history says that it was so."""
    return people.holds(user, ALONE)


def can_keep_shelves(user: Any) -> bool:
    """Open, name, move and close categories; bring articles in and out as files."""
    return can_publish_articles(user)


def demand(allowed: bool) -> None:
    """For a view with two verbs of which only one is open to all who may enter."""
    if not allowed:
        raise Forbidden("not_allowed", "")
