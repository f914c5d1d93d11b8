"""Reads of the help centre: what readers see, what search finds, what the desk lists."""

from huiyin.knowledge.selectors.articles import (
    Entry,
    Reading,
    article_for,
    articles_for,
    entries_for,
    file_for,
    files_of,
    popular,
    reading_for,
)
from huiyin.knowledge.selectors.desk import (
    Row,
    behind,
    desk_rows,
    differences,
    doubts_of,
    latest,
    open_review,
    revisions_of,
)
from huiyin.knowledge.selectors.finding import Found, Hit, find, search, suggest, vector_of
from huiyin.knowledge.selectors.past import Step, past_of
from huiyin.knowledge.selectors.shelves import (
    Shelf,
    categories,
    categories_for,
    category_of,
    lineage,
    shelf_rows,
)

__all__ = [
    "Entry",
    "Found",
    "Hit",
    "Reading",
    "Row",
    "Shelf",
    "Step",
    "article_for",
    "articles_for",
    "behind",
    "categories",
    "categories_for",
    "category_of",
    "desk_rows",
    "differences",
    "doubts_of",
    "entries_for",
    "file_for",
    "files_of",
    "find",
    "latest",
    "lineage",
    "open_review",
    "past_of",
    "popular",
    "reading_for",
    "revisions_of",
    "search",
    "shelf_rows",
    "suggest",
    "vector_of",
]
