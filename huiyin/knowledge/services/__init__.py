"""Writes of the help centre, by noun: articles, what readers say, and bringing articles in from files."""

from huiyin.knowledge.services.articles import (
    Words,
    archive,
    describe,
    draft,
    publish,
    reaffirm,
    roll_back,
    shelve,
    submit,
    write,
)
from huiyin.knowledge.services.imports import Outcome, import_rows
from huiyin.knowledge.services.readers import (
    offer,
    record_miss,
    record_opened,
    record_solved,
    vote,
)

__all__ = [
    "Outcome",
    "Words",
    "archive",
    "describe",
    "draft",
    "import_rows",
    "offer",
    "publish",
    "reaffirm",
    "record_miss",
    "record_opened",
    "record_solved",
    "roll_back",
    "shelve",
    "submit",
    "vote",
    "write",
]
