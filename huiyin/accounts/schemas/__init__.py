"""Shape of the JSON about contacts and accounts."""

from huiyin.accounts.schemas.contacts import (
    ContactNew,
    ContactOut,
    ContactPageOut,
    IdentityOut,
    MergeIn,
    MergeOut,
    contact_masked,
    contact_out,
    merge_out,
)

__all__ = [
    "ContactNew",
    "ContactOut",
    "ContactPageOut",
    "IdentityOut",
    "MergeIn",
    "MergeOut",
    "contact_masked",
    "contact_out",
    "merge_out",
]
