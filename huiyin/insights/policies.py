"""Who may see what all voices say together, and who may shape topics."""

from typing import Any

from huiyin.accounts import policies as people
from huiyin.accounts.models import Role

READERS = frozenset(
    {Role.SENIOR, Role.SUPERVISOR, Role.OWNER, Role.MANAGER, Role.ENGINEER, Role.AUDITOR, Role.ADMIN}
)


def can_read_insights(user: Any) -> bool:
    return people.holds(user, READERS)


def can_shape_topics(user: Any) -> bool:
    """Name topics, join them, say whose they are: for those who lead."""
    return people.can_lead(user)
