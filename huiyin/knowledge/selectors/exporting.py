"""All articles as a folder of Markdown pages, as `exchange.reading` takes them in again without loss.

What readers see is one page, words that they do not see yet are another; files lie beside. History and votes stay.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import yaml
from django.db.models import Prefetch
from django.urls import reverse

from huiyin.core import attachments
from huiyin.core.models import Attachment
from huiyin.knowledge.exchange import pages
from huiyin.knowledge.exchange.reading import FILES, NEWER, SHELVES
from huiyin.knowledge.models import Article, Category, Revision, Variant
from huiyin.knowledge.selectors.articles import files_of
from huiyin.knowledge.selectors.shelves import shelf_rows

CHUNK = 64 * 1024
Chunks = Iterator[bytes]


def exported() -> Iterator[tuple[str, Chunks]]:
    """The name and the content of each file, article by article."""
    yield SHELVES, iter([_shelves().encode()])
    words = Variant.objects.select_related("current", "published")
    articles = Article.objects.select_related("category", "product", "owner").prefetch_related(
        Prefetch("variants", words), "segments"
    )
    for article in articles.order_by("key").iterator(chunk_size=200):
        files = files_of(article)
        names = {file.id: name for file, name in zip(files, _names(files), strict=True)}
        for variant in article.variants.all():
            for ending, revision, row in _versions(article, variant):
                body = _unlinked(revision.body, article, names)
                page = pages.written({**row, "body": body})
                yield f"{article.category.key}/{article.key}.{variant.lang}{ending}", iter([page.encode()])
        for file in files:
            yield f"{FILES}/{article.key}/{names[file.id]}", _content(file)


def export_total() -> int:
    """How many articles there are to write."""
    return Article.objects.count()


def _versions(article: Article, variant: Variant) -> Iterator[tuple[str, Revision, dict[str, Any]]]:
    """What readers see, and apart from it what they do not see yet."""
    seen, newest = variant.published, variant.current
    if seen:
        yield ".md", seen, _row(article, variant, seen)
    if newest and newest != seen:
        row = _row(article, variant, newest)
        yield (NEWER, newest, {**row, "words": "newer"}) if seen else (".md", newest, row)


def _row(article: Article, variant: Variant, revision: Revision) -> dict[str, Any]:
    return {
        "id": article.key,
        "lang": variant.lang,
        "title": revision.title,
        "questions": list(revision.questions),
        "category": article.category.key,
        "product": article.product.key if article.product else "",
        "visibility": article.visibility,
        "segments": sorted(str(segment) for segment in article.segments.all()),
        "status": article.status,
        "owner": article.owner.username if article.owner else "",
        "review_at": article.review_at.isoformat() if article.review_at else "",
    }


def _shelves() -> str:
    rows = [_shelf(row.category) for row in shelf_rows()]
    return str(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False))


def _shelf(category: Category) -> dict[str, Any]:
    told = {
        "key": category.key,
        "zh": category.name_zh,
        "en": category.name_en,
        "position": category.position,
    }
    return {**told, "parent": category.parent.key} if category.parent else told


def _names(files: list[Attachment]) -> list[str]:
    """Each file's own name; a second one of the same name is told apart by a number."""
    seen: dict[str, int] = {}
    names = []
    for file in files:
        count = seen[file.name] = seen.get(file.name, 0) + 1
        names.append(file.name if count == 1 else f"{count}-{file.name}")
    return names


def _unlinked(body: str, article: Article, names: dict[Any, str]) -> str:
    for key, name in names.items():
        body = body.replace(
            reverse("kb_file", args=[article.key, key]), f"{FILES}/{article.key}/{quote(name)}"
        )
    return body


def _content(file: Attachment) -> Chunks:
    with attachments.content_of(file) as source:
        while chunk := source.read(CHUNK):
            yield chunk
