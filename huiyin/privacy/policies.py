"""Who may see what the company answers for, and who may change it."""

from typing import Any

from huiyin.accounts.models import Role
from huiyin.accounts.policies import can_write_contacts, holds

GOVERNORS = frozenset({Role.ADMIN})


def can_see_privacy(user: Any) -> bool:
    """Administrators and the company's auditors."""
    return holds(user, GOVERNORS | {Role.AUDITOR})


def can_correct_age(user: Any) -> bool:
    """Who may put right what we hold about people, and knows how their demands stand."""
    return can_write_contacts(user) and can_see_privacy(user)


def can_see_purposes(user: Any) -> bool:
    """Who sees the rest, and who answers for what users live through."""
    return holds(user, GOVERNORS | {Role.AUDITOR, Role.OWNER})


def can_rule_purposes(user: Any) -> bool:
    return holds(user, GOVERNORS | {Role.OWNER})


def sees_purposes_alone(user: Any) -> bool:
    """Whose way to privacy is this one page."""
    return can_see_purposes(user) and not can_see_privacy(user)


def can_govern_privacy(user: Any) -> bool:
    return holds(user, GOVERNORS)
