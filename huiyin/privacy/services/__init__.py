"""Every write about privacy."""

from huiyin.privacy.services.ages import correct_age
from huiyin.privacy.services.assessments import assess
from huiyin.privacy.services.consent import (
    contact_of,
    enter_accepted,
    give_consent,
    install,
    publish_text,
    withdraw,
)
from huiyin.privacy.services.erasure import (
    ask_deletion,
    cancel_deletion,
    carry_out,
    erase_due,
    missing_here,
    replay,
)
from huiyin.privacy.services.exports import ask_export, expire_exports, opened, prepare
from huiyin.privacy.services.guardians import (
    agree,
    ask_guardian,
    declare_minor,
    decline,
    withdraw_agreement,
)
from huiyin.privacy.services.guardians import tend as tend_guardians
from huiyin.privacy.services.holding import end_hold, hold
from huiyin.privacy.services.purposes import add_purpose, enforce_purpose, retire_purpose
from huiyin.privacy.services.requests import answer, attach_case, correct_own, open_request
from huiyin.privacy.services.retention import keep_for
from huiyin.privacy.services.retention import run as run_retention
from huiyin.privacy.services.transfers import declare
from huiyin.privacy.services.transfers import end as end_transfer

__all__ = [
    "add_purpose",
    "agree",
    "answer",
    "ask_deletion",
    "ask_export",
    "ask_guardian",
    "assess",
    "attach_case",
    "cancel_deletion",
    "carry_out",
    "contact_of",
    "correct_age",
    "correct_own",
    "declare",
    "declare_minor",
    "decline",
    "end_hold",
    "end_transfer",
    "enforce_purpose",
    "enter_accepted",
    "erase_due",
    "expire_exports",
    "give_consent",
    "hold",
    "install",
    "keep_for",
    "missing_here",
    "open_request",
    "opened",
    "prepare",
    "publish_text",
    "replay",
    "retire_purpose",
    "run_retention",
    "tend_guardians",
    "withdraw",
    "withdraw_agreement",
]
