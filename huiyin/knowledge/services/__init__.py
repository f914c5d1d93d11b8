"""Writes of the help centre, by noun: articles, what readers say, and bringing articles in from files."""

from huiyin.knowledge.services.articles import Words, describe, draft, draft_once, reaffirm, roll_back, write
from huiyin.knowledge.services.imports import Outcome, take_in
from huiyin.knowledge.services.publishing import archive, publish, release, send_back, submit
from huiyin.knowledge.services.readers import (
    offer,
    record_miss,
    record_opened,
    record_solved,
    vote,
)
from huiyin.knowledge.services.shelves import shelve

__all__ = [
    "Outcome",
    "Words",
    "archive",
    "describe",
    "draft",
    "draft_once",
    "offer",
    "publish",
    "reaffirm",
    "record_miss",
    "record_opened",
    "record_solved",
    "release",
    "roll_back",
    "send_back",
    "shelve",
    "submit",
    "take_in",
    "vote",
    "write",
]
