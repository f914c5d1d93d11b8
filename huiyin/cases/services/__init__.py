"""Every write about cases, by noun."""

from huiyin.cases.services.asking import acknowledge, ask, pass_on
from huiyin.cases.services.assignment import assign, claim
from huiyin.cases.services.changes import change, correct
from huiyin.cases.services.confirmation import close_silent, confirm, dispute, return_silent
from huiyin.cases.services.intake import TakenIn, complete, hear, hear_many, take_in_kept
from huiyin.cases.services.links import link, merge, split, unmerge, watch
from huiyin.cases.services.notes import note, see_mentions
from huiyin.cases.services.setup import install
from huiyin.cases.services.threads import hear_again, receive, reply
from huiyin.cases.services.transitions import reopen, solve, transition
from huiyin.cases.services.views import delete_view, save_view

__all__ = [
    "TakenIn",
    "acknowledge",
    "ask",
    "assign",
    "change",
    "claim",
    "close_silent",
    "complete",
    "confirm",
    "correct",
    "delete_view",
    "dispute",
    "hear",
    "hear_again",
    "hear_many",
    "install",
    "link",
    "merge",
    "note",
    "pass_on",
    "receive",
    "reopen",
    "reply",
    "return_silent",
    "save_view",
    "see_mentions",
    "solve",
    "split",
    "take_in_kept",
    "transition",
    "unmerge",
    "watch",
]
