"""Shape of the JSON about articles and search."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from ninja import Schema
from pydantic import Field

from huiyin.core.rest import Input
from huiyin.knowledge.models import Article, Variant
from huiyin.knowledge.selectors import Hit

Lang = Literal["zh", "en"]
Status = Literal["draft", "review", "published", "archived"]
Visibility = Literal["public", "staff", "segment"]
Segments = Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=100)]
Title = Annotated[str, Field(min_length=1, max_length=160)]
Markdown = Annotated[str, Field(min_length=1, max_length=50_000)]
Questions = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=30)]
Key = Annotated[str, Field(max_length=80, pattern="^[a-z0-9-]*$")]
Slug = Annotated[str, Field(min_length=1, max_length=60)]


class ArticleIn(Input):
    title: Title
    body: Markdown
    key: Key = ""
    questions: Questions = []
    category: Slug = "general"
    lang: Lang = "zh"
    visibility: Visibility = "public"
    segments: Segments = []
    status: Literal["draft", "published"] = "draft"


class ArticleChangeIn(Input):
    """What is named changes. Words need `lang`; `base` is the version number the author started from."""

    lang: Lang = "zh"
    title: Title | None = None
    body: Markdown | None = None
    questions: Questions | None = None
    category: Slug | None = None
    visibility: Visibility | None = None
    segments: Segments | None = None
    status: Literal["review", "published", "archived"] | None = None
    base: Annotated[int, Field(ge=0, le=2_147_483_647)] | None = None


class WordsOut(Schema):
    title: str
    body: str
    questions: list[str]
    number: int
    published_number: int | None
    written_at: datetime


class ArticleOut(Schema):
    id: UUID
    key: str
    category: str
    status: Status
    visibility: Visibility
    segments: list[str]
    url: str
    helpful: int
    unhelpful: int
    updated_at: datetime
    languages: dict[str, WordsOut]


class ArticleSummaryOut(Schema):
    id: UUID
    key: str
    title: str
    category: str
    status: Status
    visibility: Visibility
    languages: list[str]
    updated_at: datetime


class ArticlePageOut(Schema):
    items: list[ArticleSummaryOut]
    next: str | None


class HitOut(Schema):
    article: UUID
    key: str
    lang: Lang
    title: str
    snippet: str
    score: float
    url: str


class HitsOut(Schema):
    items: list[HitOut]
    next: str | None


def article_out(article: Article, variants: dict[str, Variant], *, is_staff: bool) -> dict[str, Any]:
    """One article; outside the desk only its published words."""
    words = {lang: _words(variant, is_staff) for lang, variant in variants.items()}
    return {
        "id": article.id,
        "key": article.key,
        "category": article.category.key,
        "status": article.status,
        "visibility": article.visibility,
        "segments": sorted(str(segment) for segment in article.segments.all()) if is_staff else [],
        "url": f"{settings.ORIGIN}/kb/{article.key}/",
        "helpful": article.helpful,
        "unhelpful": article.unhelpful,
        "updated_at": article.updated_at,
        "languages": {lang: told for lang, told in words.items() if told},
    }


def summary_out(row: Any) -> dict[str, Any]:
    article = row.article
    return {
        "id": article.id,
        "key": article.key,
        "title": row.title,
        "category": article.category.key,
        "status": article.status,
        "visibility": article.visibility,
        "languages": list(row.langs),
        "updated_at": article.updated_at,
    }


def hit_out(hit: Hit) -> dict[str, Any]:
    told = {name: getattr(hit, name) for name in ("article", "key", "lang", "title", "snippet", "score")}
    return {**told, "url": f"{settings.ORIGIN}{hit.url}"}


def _words(variant: Variant, is_staff: bool) -> dict[str, Any] | None:
    shown = variant.current if is_staff else variant.published
    if shown is None:
        return None
    return {
        "title": shown.title,
        "body": shown.body,
        "questions": shown.questions,
        "number": shown.number,
        "published_number": variant.published.number if variant.published else None,
        "written_at": shown.at,
    }
