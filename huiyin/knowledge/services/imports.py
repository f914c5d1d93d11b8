"""Bringing articles in: shelves, then rows with an id and a language, then their files; safe to repeat."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from huiyin.accounts.models import Product, User
from huiyin.core.actors import Actor
from huiyin.core.errors import Refusal
from huiyin.knowledge.exchange.reading import FILES, Source
from huiyin.knowledge.models import GIVEN, Article, Category, Revision
from huiyin.knowledge.selectors.articles import files_of
from huiyin.knowledge.services import readership
from huiyin.knowledge.services.articles import Words, describe, draft, write
from huiyin.knowledge.services.publishing import archive, release, submit
from huiyin.knowledge.services.rows import NEWER, checked
from huiyin.knowledge.services.shelves import Place, move_shelf, open_shelf, shelve

Status = Article.Status
MOST_ORIGIN = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: `added`, `changed`, `unchanged`, or `refused` with the reason."""

    place: str
    result: str
    reason: str = ""


def take_in(source: Source, *, by: Actor) -> Iterator[Outcome]:
    """Take in shelves and rows one by one; a bad row is refused and the rest go on. Repeated, it changes nothing."""
    for shelf in source.shelves:
        try:
            _stand(shelf, by)
        except Refusal as refusal:
            yield Outcome(str(shelf.get("key", "")), "refused", _reason(refusal))
    for place, row in source.rows:
        try:
            told = checked(row)
            yield Outcome(place, _take(told, source.files_of(told["id"]), by))
        except Refusal as refusal:
            yield Outcome(place, "refused", _reason(refusal))


@transaction.atomic
def _stand(shelf: Mapping[str, Any], by: Actor) -> None:
    """A category as the source names it; its parent stands before it."""
    key, parent = str(shelf.get("key", "")), str(shelf.get("parent") or "")
    position = str(shelf.get("position", ""))
    place = Place(
        name_zh=str(shelf.get("zh") or key),
        name_en=str(shelf.get("en") or key),
        parent=shelve(parent) if parent else None,
        position=int(position) if position.isdigit() else 100,
    )
    known = Category.objects.filter(key=key).first()
    if known is None:
        open_shelf(key, place, by=by)
    elif (known.name_zh, known.name_en, known.parent, known.position) != (
        *(place.name_zh, place.name_en),
        *(place.parent, place.position),
    ):
        move_shelf(known, place, by=by)


@transaction.atomic
def _take(row: dict[str, Any], files: list[Path], by: Actor) -> str:
    article = Article.objects.filter(key=row["id"]).first()
    is_new = article is None or not article.variants.filter(lang=row["lang"], current__isnull=False).exists()
    words = Words(row["title"], row["body"], tuple(row["questions"]))
    if article is None:
        article = _draft(row, words, by)
    _remember(article, row["given"])
    before = article.updated_at
    links = _attach(article, files, by)
    told = Words(words.title, _linked(words.body, links), words.questions)
    has_written = _write(article, told, row, by) or is_new
    _place(article, row, by)
    has_moved = _bring_to(article, row, has_written, by)
    if is_new:
        return "added"
    return "changed" if has_moved or article.updated_at != before else "unchanged"


def _draft(row: dict[str, Any], words: Words, by: Actor) -> Article:
    product = _product(row["product"])
    place: dict[str, Any] = {"key": row["id"], "lang": row["lang"], "visibility": row["visibility"]}
    return draft(words, **place, category=shelve(row["category"]), product=product, by=by)


def _remember(article: Article, given: str) -> None:
    """The id as it was given, where an address could not hold it: files of answers name the article by it."""
    origin = f"{GIVEN}{given}"
    is_free = not article.origin or article.origin.startswith(GIVEN)
    if given != article.key and is_free and len(origin) <= MOST_ORIGIN:
        Article.objects.filter(id=article.id).exclude(origin=origin).update(origin=origin)
        article.origin = origin


def _write(article: Article, words: Words, row: dict[str, Any], by: Actor) -> bool:
    """New words, unless readers see these very ones already; whether anything was written."""
    variants = article.variants.select_related("current", "published")
    variant = variants.filter(lang=row["lang"]).first()
    if variant is not None:
        shown = variant.current if row.get("words") == NEWER else variant.published or variant.current
        if shown is not None and _words(shown) == words:
            return False
    write(article, words, lang=row["lang"], by=by)
    return True


def _place(article: Article, row: dict[str, Any], by: Actor) -> None:
    values: dict[str, Any] = {
        "category": shelve(row["category"]),
        "visibility": row["visibility"],
        "product": _product(row["product"]),
    }
    if owner := User.objects.filter(username=row.get("owner", "")).first():
        values["owner"] = owner
    if "review_at" in row:
        values["review_at"] = row["review_at"]
    describe(article, values, by=by)
    readership.show_to(article, row["segments"], by=by)


def _bring_to(article: Article, row: dict[str, Any], has_written: bool, by: Actor) -> bool:
    """To the state of the row; words that are newer than the readers' stay unpublished. Whether it moved."""
    wanted, before = row["status"], article.status
    if row.get("words") == NEWER or wanted == Status.DRAFT:
        return False
    if wanted == Status.REVIEW:
        if before == Status.DRAFT:
            submit(article, by=by)
        return article.status != before
    if wanted == Status.ARCHIVED and before == Status.ARCHIVED and not has_written:
        return False
    if has_written or before != Status.PUBLISHED:
        release(article, by=by)
    if wanted == Status.ARCHIVED:
        archive(article, by=by)
    return article.status != before or has_written


def _attach(article: Article, files: list[Path], by: Actor) -> dict[str, str]:
    """Files that the article does not have yet; the address of each by what a page calls it."""
    known = {file.name: file for file in files_of(article)}
    for path in files:
        if path.name not in known:
            (known[path.name],) = readership.attach(
                article, [SimpleUploadedFile(path.name, path.read_bytes())], by=by
            )
    return {
        f"{FILES}/{article.key}/{quote(path.name)}": reverse(
            "kb_file", args=[article.key, known[path.name].id]
        )
        for path in files
    }


def _linked(body: str, links: dict[str, str]) -> str:
    for written, address in links.items():
        body = body.replace(f"({written})", f"({address})")
    return body


def _words(revision: Revision) -> Words:
    return Words(revision.title, revision.body, tuple(revision.questions))


def _product(key: str) -> Product | None:
    return Product.objects.filter(key=key).first() if key else None


def _reason(refusal: Refusal) -> str:
    errors = refusal.data.get("errors") or []
    return "; ".join(f"{error['field']}: {error['message']}" for error in errors) or refusal.message
