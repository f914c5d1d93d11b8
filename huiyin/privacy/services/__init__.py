"""Every write about privacy."""

from huiyin.privacy.services.consent import contact_of, give_consent, install, publish_text, withdraw
from huiyin.privacy.services.erasure import (
    ask_deletion,
    cancel_deletion,
    carry_out,
    erase_due,
    missing_here,
    replay,
)
from huiyin.privacy.services.exports import ask_export, expire_exports, prepare
from huiyin.privacy.services.requests import answer, attach_case, open_request

__all__ = [
    "answer",
    "ask_deletion",
    "ask_export",
    "attach_case",
    "cancel_deletion",
    "carry_out",
    "contact_of",
    "erase_due",
    "expire_exports",
    "give_consent",
    "install",
    "missing_here",
    "open_request",
    "prepare",
    "publish_text",
    "replay",
    "withdraw",
]
