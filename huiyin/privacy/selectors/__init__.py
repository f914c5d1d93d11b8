"""Reads of privacy: what somebody agreed to, what they demanded, what the company declares."""

from huiyin.privacy.selectors.centre import contact_named, masked
from huiyin.privacy.selectors.consent import (
    allows,
    current_text,
    history,
    permissions,
    service_tier,
    switches,
)

__all__ = [
    "allows",
    "contact_named",
    "current_text",
    "history",
    "masked",
    "permissions",
    "service_tier",
    "switches",
]
