"""Every read about people and organisation, by noun."""

from huiyin.accounts.selectors.limits import forget_limits
from huiyin.accounts.selectors.people import (
    Directory,
    contact_for,
    contacts_for,
    contacts_found,
    directory,
    forget_directory,
    forget_tokens,
    identity_index,
    identity_of,
    made_known,
    reach_contacts_by,
    staff,
    token_for,
)

__all__ = [
    "Directory",
    "contact_for",
    "contacts_for",
    "contacts_found",
    "directory",
    "forget_directory",
    "forget_limits",
    "forget_tokens",
    "identity_index",
    "identity_of",
    "made_known",
    "reach_contacts_by",
    "staff",
    "token_for",
]
