"""JSON operations on articles, and the search over them."""

from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from huiyin.core import limits
from huiyin.core.rest import TokenAuth, answer
from huiyin.knowledge import policies, schemas, selectors, services
from huiyin.knowledge.models import Article
from huiyin.knowledge.services import Words, readership

router = Router(tags=["knowledge"])
Short = Annotated[str, Field(max_length=80)]
VERBS = {"review": services.submit, "published": services.release, "archived": services.archive}


class ListIn(Schema):
    q: Annotated[str, Field(max_length=1000)] = ""
    status: Short = ""
    category: Short = ""
    visibility: Short = ""
    lang: schemas.Lang = "zh"
    cursor: Annotated[str, Field(max_length=500)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class SearchIn(Schema):
    q: Annotated[str, Field(max_length=1000)]
    lang: schemas.Lang = "zh"
    limit: Annotated[int, Field(ge=1, le=50)] = 10


@router.get("/articles", response=schemas.ArticlePageOut, summary="Articles, last changed first")
def get_articles(request: HttpRequest, given: Query[ListIn]) -> HttpResponse:
    filters = {"status": given.status, "category__key": given.category, "visibility": given.visibility}
    page = selectors.desk_rows(
        request.user, text=given.q, filters=filters, lang=given.lang, cursor=given.cursor, limit=given.limit
    )
    return answer({"items": [schemas.summary_out(row) for row in page.items], "next": page.next})


@router.get("/articles/{key}", response=schemas.ArticleOut, summary="One article with its words")
def get_article(request: HttpRequest, key: str) -> HttpResponse:
    return _article(request, selectors.article_for(request.user, key))


@router.post(
    "/articles",
    auth=TokenAuth("knowledge:write"),
    response={201: schemas.ArticleOut},
    summary="Write an article",
)
@transaction.atomic
def post_article(request: HttpRequest, body: schemas.ArticleIn) -> HttpResponse:
    user: Any = request.user
    policies.demand(policies.can_write_articles(user))
    words = Words(body.title, body.body, tuple(body.questions))
    place: dict[str, Any] = {"key": body.key, "lang": body.lang, "visibility": body.visibility}
    readership.check_segments(body.visibility, body.segments)
    article = services.draft(words, **place, category=services.shelve(body.category), by=user.actor)
    readership.show_to(article, body.segments, by=user.actor)
    if body.status == Article.Status.PUBLISHED:
        policies.demand(policies.can_publish_articles(user))
        services.release(article, by=user.actor)
    return _article(request, article, status=201)


@router.patch(
    "/articles/{key}",
    auth=TokenAuth("knowledge:write"),
    response=schemas.ArticleOut,
    summary="Write an article anew, move it, publish or archive it",
)
@transaction.atomic
def patch_article(request: HttpRequest, key: str, body: schemas.ArticleChangeIn) -> HttpResponse:
    user: Any = request.user
    article = selectors.article_for(user, key)
    policies.demand(policies.can_write_articles(user))
    if {"title", "body", "questions"} & body.model_fields_set:
        services.write(article, _words(article, body), lang=body.lang, base=body.base, by=user.actor)
    place: dict[str, Any] = {}
    if body.category:
        place["category"] = services.shelve(body.category)
    if body.visibility:
        place["visibility"] = body.visibility
    services.describe(article, place, by=user.actor)
    if body.segments is not None or body.visibility:
        kept = [str(segment) for segment in article.segments.all()]
        readership.show_to(article, kept if body.segments is None else body.segments, by=user.actor)
    if body.status:
        policies.demand(body.status == Article.Status.REVIEW or policies.can_publish_articles(user))
        VERBS[body.status](article, by=user.actor)
    return _article(request, article)


@router.get("/search", response=schemas.HitsOut, summary="The articles that answer a question, best first")
def get_search(request: HttpRequest, given: Query[SearchIn]) -> HttpResponse:
    limits.spend("search.address", limits.client(request))
    hits = selectors.search(given.q, lang=given.lang, user=request.user, limit=given.limit)
    return answer({"items": [schemas.hit_out(hit) for hit in hits], "next": None})


def _words(article: Article, body: schemas.ArticleChangeIn) -> Words:
    """The named parts anew, the others as they stand."""
    variant = selectors.latest(article).get(body.lang)
    current = variant.current if variant else None
    title = body.title if body.title is not None else current.title if current else ""
    text = body.body if body.body is not None else current.body if current else ""
    kept = current.questions if current else []
    return Words(title, text, tuple(body.questions if body.questions is not None else kept))


def _article(request: HttpRequest, article: Article, *, status: int = 200) -> HttpResponse:
    is_staff = policies.can_read_desk_articles(request.user)
    told = schemas.article_out(article, selectors.latest(article), is_staff=is_staff)
    return answer(told, status)
