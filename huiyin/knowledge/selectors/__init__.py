"""Reads of the help centre: what readers see, what search finds, what the desk lists."""

from huiyin.knowledge.selectors.articles import (
    Entry,
    Reading,
    Shelf,
    article_for,
    articles_for,
    categories,
    categories_for,
    category_of,
    entries_for,
    file_for,
    files_of,
    popular,
    reading_for,
)
from huiyin.knowledge.selectors.desk import (
    Row,
    desk_rows,
    differences,
    doubts_of,
    is_behind,
    latest,
    revisions_of,
)
from huiyin.knowledge.selectors.finding import Hit, search, suggest

__all__ = [
    "Entry",
    "Hit",
    "Reading",
    "Row",
    "Shelf",
    "article_for",
    "articles_for",
    "categories",
    "categories_for",
    "category_of",
    "desk_rows",
    "differences",
    "doubts_of",
    "entries_for",
    "file_for",
    "files_of",
    "is_behind",
    "latest",
    "popular",
    "reading_for",
    "revisions_of",
    "search",
    "suggest",
]
