"""Every write about cases, by noun."""

from huiyin.cases.services.asking import acknowledge, ask, pass_on
from huiyin.cases.services.assignment import assign, claim
from huiyin.cases.services.changes import change, correct
from huiyin.cases.services.company import be_present, unwatch, watch
from huiyin.cases.services.confirmation import close_silent, confirm, dispute, return_silent
from huiyin.cases.services.drafts import add_to_draft, forget_draft, keep_draft
from huiyin.cases.services.fields import FieldWords, keep_field, put_back_field, remove_field
from huiyin.cases.services.intake import TakenIn, complete, hear, hear_many, take_in_kept
from huiyin.cases.services.links import link, merge, split, unmerge
from huiyin.cases.services.macros import Applied, apply_macro, keep_macro, put_back_macro, remove_macro
from huiyin.cases.services.notes import note, see_mentions
from huiyin.cases.services.notices import notify, read_notices, sweep_notices
from huiyin.cases.services.scripts import (
    ScriptWords,
    keep_script,
    put_back_script,
    remove_script,
    use_script,
)
from huiyin.cases.services.setup import install
from huiyin.cases.services.threads import hear_again, receive, reply
from huiyin.cases.services.tools import Reach
from huiyin.cases.services.transitions import reopen, solve, transition
from huiyin.cases.services.undoing import standing, take_back
from huiyin.cases.services.views import delete_view, save_view

__all__ = [
    "Applied",
    "FieldWords",
    "Reach",
    "ScriptWords",
    "TakenIn",
    "acknowledge",
    "add_to_draft",
    "apply_macro",
    "ask",
    "assign",
    "be_present",
    "change",
    "claim",
    "close_silent",
    "complete",
    "confirm",
    "correct",
    "delete_view",
    "dispute",
    "forget_draft",
    "hear",
    "hear_again",
    "hear_many",
    "install",
    "keep_draft",
    "keep_field",
    "keep_macro",
    "keep_script",
    "link",
    "merge",
    "note",
    "notify",
    "pass_on",
    "put_back_field",
    "put_back_macro",
    "put_back_script",
    "read_notices",
    "receive",
    "remove_field",
    "remove_macro",
    "remove_script",
    "reopen",
    "reply",
    "return_silent",
    "save_view",
    "see_mentions",
    "solve",
    "split",
    "standing",
    "sweep_notices",
    "take_back",
    "take_in_kept",
    "transition",
    "unmerge",
    "unwatch",
    "use_script",
    "watch",
]
