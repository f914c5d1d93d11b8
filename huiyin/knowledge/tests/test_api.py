"""The JSON operations on articles and search: happy, forbidden, absent, wrong."""

from typing import Any

import pytest
from django.test import Client

from huiyin.accounts.models import User
from huiyin.core.actors import SYSTEM
from huiyin.knowledge import services
from huiyin.knowledge.models import Article
from huiyin.knowledge.services import Words
from huiyin.knowledge.tests import factories

pytestmark = pytest.mark.django_db
NEW = {"title": "如何退款", "body": "三天", "key": "refund", "category": "refund", "status": "published"}


def call(
    user: User, method: str, path: str, body: Any = None, scopes: tuple[str, ...] = ()
) -> tuple[int, Any]:
    secret = factories.token(user, *scopes)
    headers = {"Authorization": f"Bearer {secret}"}
    send = getattr(Client(headers=headers), method)
    answer = send(
        f"/api/v1{path}", body, **({"content_type": "application/json"} if body is not None else {})
    )
    return answer.status_code, answer.json()


def test_post_article_when_published_then_is_found() -> None:
    senior = factories.person("senior")
    status, made = call(senior, "post", "/articles", NEW)
    assert (status, made["status"], made["languages"]["zh"]["published_number"]) == (201, "published", 1)
    status, found = call(senior, "get", "/search?q=退款")
    assert (status, [hit["key"] for hit in found["items"]]) == (200, ["refund"])
    assert found["items"][0]["url"].endswith("/kb/refund/")


@pytest.mark.parametrize(
    ("role", "scopes", "status"),
    [("agent", (), 403), ("auditor", (), 403), ("", (), 403), ("senior", ("cases:read",), 403)],
)
def test_post_article_when_not_allowed_then_nothing_is_written(role: str, scopes: Any, status: int) -> None:
    assert call(factories.person(role), "post", "/articles", NEW, scopes)[0] == status
    assert Article.objects.count() == 0


def test_post_article_when_agent_drafts_then_written() -> None:
    status, made = call(factories.person("agent"), "post", "/articles", {**NEW, "status": "draft"})
    assert (status, made["status"]) == (201, "draft")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({**NEW, "title": ""}, 400),
        ({**NEW, "title": "   "}, 400),
        ({**NEW, "colour": "red"}, 400),
        ({**NEW, "lang": "fr"}, 400),
        ({**NEW, "key": "A B"}, 400),
        ({**NEW, "category": "！"}, 400),
        ({"title": "x"}, 400),
    ],
)
def test_post_article_when_wrong_then_names_the_field(body: Any, status: int) -> None:
    told = call(factories.person("senior"), "post", "/articles", body)
    assert (told[0], bool(told[1]["errors"])) == (status, True)
    assert Article.objects.count() == 0


def test_patch_article_when_words_change_then_a_new_version() -> None:
    factories.published(key="refund")
    senior = factories.person("senior")
    status, told = call(senior, "patch", "/articles/refund", {"title": "退款步骤", "base": 1})
    words = told["languages"]["zh"]
    assert (status, words["title"], words["number"], words["published_number"]) == (200, "退款步骤", 2, 1)
    status, told = call(senior, "patch", "/articles/refund", {"title": "别的", "base": 1})
    assert (status, told["code"], told["current"]["title"]) == (409, "article_changed", "退款步骤")
    status, told = call(senior, "patch", "/articles/refund", {"status": "archived", "category": "order"})
    assert (status, told["status"], told["category"]) == (200, "archived", "order")


def test_patch_article_when_agent_publishes_then_forbidden_and_nothing_changed() -> None:
    factories.article(key="refund")
    body = {"title": "新", "status": "published"}
    assert call(factories.person("agent"), "patch", "/articles/refund", body)[0] == 403
    article = Article.objects.get()
    assert (article.status, article.variants.get().current.number) == ("draft", 1)


@pytest.mark.parametrize("method", ["get", "patch"])
def test_article_when_absent_or_hidden_then_alike(method: str) -> None:
    factories.published(key="inside", visibility="staff")
    contact = factories.person()
    answers = [
        call(contact, method, f"/articles/{key}", {} if method == "patch" else None)
        for key in ("inside", "x")
    ]
    assert [(status, told["code"]) for status, told in answers] == [(404, "article_absent")] * 2


def test_get_article_when_outsider_then_published_words_alone() -> None:
    article = factories.published(key="refund")
    services.write(article, Words("秘密", "没公开"), lang="zh", by=SYSTEM)
    titles = [
        call(user, "get", "/articles/refund")[1]["languages"]["zh"]["title"]
        for user in (factories.person(), factories.person("agent"))
    ]
    assert titles == ["如何申请退款", "秘密"]


def test_get_articles_when_paged_then_each_once() -> None:
    for number in range(3):
        factories.published(key=f"a{number}")
    senior = factories.person("senior")
    _status, first = call(senior, "get", "/articles?limit=2&status=published&category=refund")
    _status, rest = call(
        senior, "get", f"/articles?limit=2&status=published&category=refund&cursor={first['next']}"
    )
    assert [row["key"] for row in first["items"] + rest["items"]] == ["a2", "a1", "a0"]
    assert rest["next"] is None
    assert call(senior, "get", "/articles?limit=2&q=没有的词")[1] == {"items": [], "next": None}


@pytest.mark.parametrize(
    "path", ["/search", "/search?q=a&x=1", "/search?q=a&limit=0", "/articles?cursor=x", "/articles?limit=101"]
)
def test_get_when_query_is_wrong_then_400(path: str) -> None:
    assert call(factories.person("agent"), "get", path)[0] == 400


def test_api_when_no_token_then_401() -> None:
    assert {Client().get(f"/api/v1{path}").status_code for path in ("/articles", "/search?q=a")} == {401}
