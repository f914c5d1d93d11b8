"""The right to be forgotten, and words of visitors whom nobody knows."""

from datetime import timedelta

from huiyin.assistant.selectors import held
from huiyin.core import clock, erasing
from huiyin.core.persons import Person, Traces

STRANGERS = timedelta(days=90)


def erase(person: Person, traces: Traces) -> int:
    """Take the words out of this person's dialogues; that somebody asked, and how it ended, stays."""
    done = erasing.delete(held.learnt_from(person))
    done += erasing.overwrite(held.runs_of(person), answers={})
    return done + erasing.overwrite(held.turns_of(person), text="", candidates=[], signs={}, nonce=None)


def forget_strangers() -> int:
    """Take the words out of old talks that never became a case: nobody could ask us to, so we do it ourselves."""
    rows = held.strangers_turns(clock.now() - STRANGERS)
    return erasing.overwrite(rows, text="", nonce=None)
