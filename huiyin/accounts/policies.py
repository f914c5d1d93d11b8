"""Who may manage people, and the role questions that other apps build their policies on."""

from typing import Any

from huiyin.accounts.models import Role

HANDLERS = frozenset({Role.AGENT, Role.SENIOR, Role.SUPERVISOR, Role.OWNER, Role.ADMIN})
AUDITORS = frozenset({Role.AUDITOR, Role.EXTERNAL})
READERS = HANDLERS | {Role.MANAGER, Role.ENGINEER} | AUDITORS
LEADERS = frozenset({Role.SUPERVISOR, Role.OWNER, Role.ADMIN})
SENIORS = frozenset({Role.SENIOR, Role.SUPERVISOR, Role.ADMIN})


def holds(user: Any, roles: frozenset[Any]) -> bool:
    """The user is active and holds one of the roles."""
    return bool(getattr(user, "is_active", False) and not roles.isdisjoint(user.roles))


def can_enter_desk(user: Any) -> bool:
    return holds(user, READERS)


def can_administer(user: Any) -> bool:
    return holds(user, frozenset({Role.ADMIN}))


def can_lead(user: Any) -> bool:
    return holds(user, LEADERS)


def can_read_contacts(user: Any) -> bool:
    return holds(user, READERS)


def can_write_contacts(user: Any) -> bool:
    return holds(user, HANDLERS)
