"""Bringing articles in: rows with an id and a language, read from files by `sources`; safe to repeat."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import Product
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid, Refusal
from huiyin.knowledge.models import Article, Language
from huiyin.knowledge.services.articles import Words, describe, draft, write
from huiyin.knowledge.services.publishing import publish
from huiyin.knowledge.services.shelves import shelve

FIELDS = {"id", "title", "body", "questions", "category", "lang", "visibility", "product"}
NEEDED = ("id", "title", "body")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: `added`, `changed`, `unchanged`, or `refused` with the reason."""

    place: str
    result: str
    reason: str = ""


def import_rows(rows: Iterable[tuple[str, Any]], *, by: Actor) -> Iterator[Outcome]:
    """Take in `(place, row)` pairs one by one and publish them; a bad row is refused and the rest go on."""
    for place, row in rows:
        try:
            yield Outcome(place, _take(_checked(row), by))
        except Refusal as refusal:
            yield Outcome(place, "refused", _reason(refusal))


@transaction.atomic
def _take(row: dict[str, Any], by: Actor) -> str:
    words = Words(row["title"], row["body"], tuple(row["questions"]))
    category, product = shelve(row["category"]), _product(row["product"])
    article = Article.objects.filter(key=row["id"]).first()
    if article is None:
        article = draft(
            words,
            key=row["id"],
            lang=row["lang"],
            category=category,
            visibility=row["visibility"],
            product=product,
            by=by,
        )
        publish(article, by=by)
        return "added"
    before = article.updated_at
    is_new = not article.variants.filter(lang=row["lang"]).exclude(current=None).exists()
    write(article, words, lang=row["lang"], by=by)
    place = {"category": category, "visibility": row["visibility"], "product": product}
    describe(article, place, by=by)
    if article.updated_at == before and article.is_published:
        return "unchanged"
    publish(article, by=by)
    return "added" if is_new else "changed"


def _checked(row: Any) -> dict[str, Any]:
    """The row with defaults; Invalid names the first thing that is wrong with it."""
    if isinstance(row, Refusal):
        raise row
    if not isinstance(row, dict):
        raise Invalid("row_invalid", _("Each line must be a JSON object."))
    if unknown := sorted(set(row) - FIELDS):
        raise Invalid("row_invalid", _("Unknown field: %(name)s") % {"name": unknown[0]})
    whole: dict[str, Any] = {
        "questions": [],
        "category": "general",
        "lang": "zh",
        "visibility": "public",
        "product": "",
    }
    whole |= {name: value for name, value in row.items() if value not in (None, "")}
    if missing := [name for name in NEEDED if not whole.get(name)]:
        raise Invalid("row_invalid", _("Missing field: %(name)s") % {"name": missing[0]})
    texts = FIELDS - {"questions"}
    if wrong := sorted(name for name in texts if not isinstance(whole.get(name, ""), str)):
        raise Invalid("row_invalid", _("Not a text: %(name)s") % {"name": wrong[0]})
    questions = whole["questions"]
    if not isinstance(questions, list) or not all(isinstance(question, str) for question in questions):
        raise Invalid("row_invalid", _("The questions must be a list of texts."))
    if whole["lang"] not in Language.values:
        raise Invalid("row_invalid", _("Articles are written in zh or en."))
    if whole["visibility"] not in (Article.Visibility.PUBLIC, Article.Visibility.STAFF):
        raise Invalid("row_invalid", _("The visibility must be public or staff."))
    whole["id"] = _key(whole["id"])
    return whole


def _key(given: str) -> str:
    """Other systems' ids become addresses: lower case, hyphens for what an address cannot hold."""
    key = "".join(c if c.isascii() and c.isalnum() else "-" for c in given.strip().lower()).strip("-")
    if not key:
        raise Invalid("row_invalid", _("The id needs letters or digits."))
    return key[:80]


def _product(key: str) -> Product | None:
    return Product.objects.filter(key=key).first() if key else None


def _reason(refusal: Refusal) -> str:
    errors = refusal.data.get("errors") or []
    return "; ".join(f"{error['field']}: {error['message']}" for error in errors) or refusal.message
