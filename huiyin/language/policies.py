"""Who may see how models do, judge texts, and choose which model answers. Roles are compared by their names."""

from typing import Any

READERS = frozenset({"senior", "supervisor", "owner", "manager", "engineer", "auditor", "admin"})
JUDGES = frozenset({"senior", "supervisor", "owner", "admin"})
CHOOSERS = frozenset({"owner", "admin"})


def can_read_models(user: Any) -> bool:
    return _holds(user, READERS)


def can_judge_texts(user: Any) -> bool:
    """Judging shows what users wrote: for those who answer for the handling of cases."""
    return _holds(user, JUDGES)


def can_choose_models(user: Any) -> bool:
    return _holds(user, CHOOSERS)


def _holds(user: Any, roles: frozenset[str]) -> bool:
    return bool(getattr(user, "is_active", False) and not roles.isdisjoint(user.roles))
