"""The right to be forgotten, and words of visitors whom nobody knows."""

from huiyin.assistant.selectors import held
from huiyin.core import erasing
from huiyin.core.persons import Person, Traces


def erase(person: Person, traces: Traces) -> int:
    """Take the words out of this person's dialogues; that somebody asked, and how it ended, stays."""
    done = erasing.delete(held.learnt_from(person))
    done += erasing.overwrite(held.runs_of(person), answers={})
    return done + erasing.overwrite(held.turns_of(person), text="", candidates=[], signs={}, nonce=None)
