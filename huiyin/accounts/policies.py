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


def can_read_audit(user: Any) -> bool:
    """Administrators and the company's own auditors; an external one sees cases, not who read them."""
    return holds(user, frozenset({Role.ADMIN, Role.AUDITOR}))


def can_review_access(user: Any) -> bool:
    """See who has which right; deciding is the administrators'."""
    return can_read_audit(user)


def can_borrow_eyes(user: Any) -> bool:
    return can_administer(user)


def can_borrow_eyes_of(user: Any, other: Any) -> bool:
    """Never upwards, never an equal, never an auditor, and nobody who is shut out."""
    untouchable = AUDITORS | {Role.ADMIN}
    return (
        can_borrow_eyes(user)
        and other.is_active
        and other.id != user.id
        and untouchable.isdisjoint(other.roles)
    )


def is_guest(user: Any) -> bool:
    """An external auditor sees the work, and of the people only what a mask leaves."""
    return Role.EXTERNAL in user.roles


def reads_only(user: Any) -> bool:
    """Who holds auditing roles alone changes nothing, wherever they are."""
    return bool(user.roles) and user.roles <= AUDITORS
