"""Who may see what the company answers for, and who may change it."""

from typing import Any

from huiyin.accounts.models import Role
from huiyin.accounts.policies import holds

GOVERNORS = frozenset({Role.ADMIN})


def can_see_privacy(user: Any) -> bool:
    """Administrators and the company's auditors."""
    return holds(user, GOVERNORS | {Role.AUDITOR})


def can_govern_privacy(user: Any) -> bool:
    return holds(user, GOVERNORS)
