"""Who sets up the assistant: guided flows, the systems that they ask, and where a language model may write."""

from typing import Any

from huiyin.accounts import policies as people
from huiyin.accounts.models import Role

WRITERS = frozenset({Role.SUPERVISOR, Role.OWNER, Role.MANAGER, Role.ADMIN})
# Whose word counts where data leaves the house.
TRUSTED = frozenset({Role.MANAGER, Role.ADMIN})


def can_write_flows(user: Any) -> bool:
    """Write guided flows, try them, publish them and take versions back."""
    return people.holds(user, WRITERS)


def can_open_doors(user: Any) -> bool:
    """Say which other systems are asked, and where a language model writes."""
    return people.holds(user, TRUSTED)


def can_read_assistant(user: Any) -> bool:
    """See what was asked and answered, and how well."""
    return people.can_enter_desk(user)


def can_judge_answers(user: Any) -> bool:
    """Say whether answers were right."""
    return people.holds(user, people.HANDLERS | {Role.MANAGER})


def can_tune_assistant(user: Any) -> bool:
    """Set thresholds, leave topics to people, choose the ranker."""
    return people.holds(user, WRITERS)
