"""The pages of the help centre and of its desk, by role and in both languages."""

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.core.actors import SYSTEM
from huiyin.core.models.journal import JournalEntry
from huiyin.knowledge import services
from huiyin.knowledge.models import Article, Deflection, SearchMiss, Vote
from huiyin.knowledge.services import Words
from huiyin.knowledge.tests import factories

pytestmark = pytest.mark.django_db
MARK = "0123456789abcdef"


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(factories.person(role))
    return client


def english(client: Client | None = None) -> Client:
    client = client or Client()
    client.cookies["language"] = "en"
    return client


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/kb/",
        "/kb/c/refund/",
        "/kb/refund/",
        "/kb/search?q=退款",
        "/kb/search?q=缺席",
        "/kb/search",
        "/kb/refund/?in=en&voted=no",
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_reader_pages_when_opened_then_record_nothing(path: str, language: str) -> None:
    factories.published(key="refund")
    before = (JournalEntry.objects.count(), Vote.objects.count(), Article.objects.get().helpful)
    client = Client()
    client.cookies["language"] = language
    assert client.get(path).status_code == 200
    assert (JournalEntry.objects.count(), Vote.objects.count(), Article.objects.get().helpful) == before


def test_kb_article_when_hidden_or_absent_then_404() -> None:
    factories.published(key="inside", visibility="staff")
    factories.article(key="draft")
    assert [Client().get(f"/kb/{key}/").status_code for key in ("inside", "draft", "nothing")] == [404] * 3
    assert signed_in("agent").get("/kb/inside/").status_code == 200
    assert [Client().get(path).status_code for path in ("/kb/c/nothing/",)] == [404]


def test_kb_article_when_translation_is_older_then_says_so() -> None:
    article = factories.published(key="refund")
    services.write(article, factories.REFUND_EN, lang="en", by=SYSTEM)
    services.publish(article, by=SYSTEM)
    services.write(article, Words("如何退款", "新步骤"), lang="zh", by=SYSTEM)
    services.publish(article, by=SYSTEM)
    assert "Chinese version is newer" in text(english().get("/kb/refund/"))
    assert "Chinese version is newer" not in text(english().get("/kb/refund/?in=zh"))


def test_kb_search_when_nothing_is_found_then_kept_for_the_authors_once_a_page() -> None:
    client = Client()
    client.get("/kb/search?q=Gift card 13800138000")
    client.get("/kb/search?q=gift card typing", headers={"HX-Request": "true"})
    assert list(SearchMiss.objects.values_list("query", "count")) == [("gift card <phone_1>", 1)]


def test_kb_search_when_typing_then_a_part_of_the_page() -> None:
    factories.published(key="refund")
    part = text(Client().get("/kb/search?q=退款", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "如何申请<mark>退款</mark>" in part


def test_kb_search_when_typing_and_much_is_found_then_five_and_the_way_to_all() -> None:
    for number in range(7):
        factories.published(key=f"refund-{number}")
    part = Client().get("/kb/search?q=退款", headers={"HX-Request": "true"})
    assert (len(part.context["hits"]), part.context["count"], part.context["has_more"]) == (5, 7, True)
    page = Client().get("/kb/search?q=退款")
    assert (len(page.context["hits"]), page.context["has_more"]) == (7, False)


def test_kb_search_when_query_is_markup_then_escaped() -> None:
    factories.published(Words("<b>粗</b>退款", "<i>退款</i>"), key="refund")
    page = text(Client().get("/kb/search?q=<b>退款"))
    assert "<b>退" not in page
    assert "&lt;b&gt;粗" in page


def test_kb_vote_when_no_then_asks_why_and_counts_one_reader() -> None:
    article = factories.published(key="refund")
    client = english()
    first = client.post("/kb/refund/vote/", {"helpful": "no", "lang": "zh"})
    assert (first.status_code, first.headers["Location"]) == (302, "/kb/refund/?in=zh&voted=no#helpful")
    page = text(client.get(first.headers["Location"]))
    assert 'value="incomplete"' in page
    why = {"helpful": "no", "reason": "wrong", "comment": "过时", "lang": "zh"}
    second = client.post("/kb/refund/vote/", why)
    assert second.headers["Location"] == "/kb/refund/?in=zh&voted=thanks#helpful"
    vote = Vote.objects.get()
    article.refresh_from_db()
    assert (vote.reason, vote.comment, article.unhelpful) == ("wrong", "过时", 1)


@pytest.mark.parametrize(
    ("data", "status"), [({}, 400), ({"helpful": "x"}, 400), ({"helpful": "no", "reason": "x"}, 400)]
)
def test_kb_vote_when_wrong_then_refused_and_nothing_kept(data: Any, status: int) -> None:
    factories.published(key="refund")
    assert Client().post("/kb/refund/vote/", data).status_code == status
    assert Client().get("/kb/refund/vote/").status_code == 405
    assert Vote.objects.count() == 0


def test_request_answers_when_typing_then_offers_and_measures() -> None:
    article = factories.published(key="refund")
    client = Client()
    part = text(client.post("/requests/answers", {"text": "我想申请退款", "session": MARK}))
    assert 'data-answer-solved="refund"' in part
    client.post("/requests/answers/opened", {"article": "refund", "session": MARK})
    solved = client.post("/requests/answers/solved", {"article": "refund", "session": MARK})
    assert solved.status_code == 200
    form = Deflection.objects.get()
    assert (form.offered, form.opened, form.solved_by) == ([str(article.id)], [str(article.id)], article)


def test_request_answers_when_nothing_is_close_then_empty_and_unmeasured() -> None:
    factories.published(key="inside", visibility="staff")
    answer = Client().post("/requests/answers", {"text": "申请退款", "session": MARK})
    assert (answer.status_code, text(answer).strip()) == (200, "")
    assert Deflection.objects.count() == 0


@pytest.mark.parametrize(
    "path", ["/requests/answers", "/requests/answers/opened", "/requests/answers/solved"]
)
def test_request_answers_when_input_is_wrong_then_refused(path: str) -> None:
    factories.published(key="refund")
    client = Client()
    assert client.get(path).status_code == 405
    assert client.post(path, {"text": "退款", "article": "refund", "session": "x"}).status_code == 400
    if path != "/requests/answers":
        assert client.post(path, {"article": "nothing", "session": MARK}).status_code == 404
    assert Deflection.objects.count() == 0


DESK_PAGES = [
    "/desk/knowledge/",
    "/desk/knowledge/refund/",
    "/desk/knowledge/refund/versions/",
    "/desk/knowledge/?q=退款&status=published&category=refund&cursor=",
]


@pytest.mark.parametrize("path", [*DESK_PAGES, "/desk/knowledge/new/"])
@pytest.mark.parametrize("role", ["", "agent", "auditor"])
def test_desk_pages_when_opened_then_by_role(path: str, role: str) -> None:
    factories.published(key="refund")
    status = 302 if not role else 403 if role == "auditor" and path.endswith("new/") else 200
    assert english(signed_in(role)).get(path).status_code == status
    assert Client().get(path).status_code == 302


VERBS = {
    "review/": ({"agent": "review", "auditor": "draft"}, {}),
    "publication/": ({"agent": "draft", "senior": "published", "auditor": "draft"}, {}),
    "archive/": ({"agent": "draft", "senior": "archived"}, {}),
}


@pytest.mark.parametrize(
    ("verb", "role", "status"),
    [(verb, role, status) for verb, (roles, _) in VERBS.items() for role, status in roles.items()],
)
def test_desk_verbs_when_posted_then_by_role(verb: str, role: str, status: str) -> None:
    article = factories.article(key="refund")
    answer = signed_in(role).post(f"/desk/knowledge/refund/{verb}", {"lang": "zh"})
    article.refresh_from_db()
    assert (article.status, answer.status_code) == (status, 403 if status == "draft" else 302)


def test_editor_when_saved_then_a_new_version() -> None:
    article = factories.article(key="refund")
    data = {"lang": "zh", "base": 1, "title": "退款", "body": "四天", "questions": "怎么退\n\n能退吗"}
    assert signed_in("agent").post("/desk/knowledge/refund/", data).status_code == 302
    current = article.variants.get().current
    assert (current.number, current.questions) == (2, ["怎么退", "能退吗"])


@pytest.mark.parametrize(
    ("changed", "status", "shown"),
    [({"base": 0}, 409, "三个工作日"), ({"title": ""}, 400, "has-error"), ({"title": "x" * 200}, 400, "160")],
)
def test_editor_when_not_saved_then_nothing_typed_is_lost(changed: Any, status: int, shown: str) -> None:
    article = factories.article(key="refund")
    data = {"lang": "zh", "base": 1, "title": "退款", "body": "我写了很久的字", "questions": "", **changed}
    answer = english(signed_in("agent")).post("/desk/knowledge/refund/", data)
    assert (answer.status_code, "我写了很久的字" in text(answer), shown in text(answer)) == (
        status,
        True,
        True,
    )
    assert article.variants.get().current.number == 1


def test_editor_when_auditor_saves_then_forbidden() -> None:
    article = factories.article(key="refund")
    data = {"lang": "zh", "base": 1, "title": "退款", "body": "四天"}
    assert signed_in("auditor").post("/desk/knowledge/refund/", data).status_code == 403
    assert article.variants.get().current.number == 1


def test_knowledge_new_when_sent_then_drafted_or_shown_again() -> None:
    client, shelf = english(signed_in("agent")), services.shelve("refund")
    data = {
        "lang": "zh",
        "title": "退款",
        "body": "四天",
        "category": shelf.pk,
        "visibility": "public",
        "key": "refund",
    }
    assert client.post("/desk/knowledge/new/", data).headers["Location"] == "/desk/knowledge/refund/"
    again = client.post("/desk/knowledge/new/", data)
    assert (again.status_code, "四天" in text(again)) == (400, True)
    assert Article.objects.count() == 1


def test_knowledge_place_when_changed_then_kept_and_clearable() -> None:
    article = factories.article(key="refund")
    agent = factories.person("agent")
    client = Client()
    client.force_login(agent)
    data = {
        "category": services.shelve("order").pk,
        "visibility": "staff",
        "owner": agent.pk,
        "review_at": "2027-01-31",
    }
    assert client.post("/desk/knowledge/refund/place/", data).status_code == 302
    article.refresh_from_db()
    assert (article.category.key, article.visibility, article.owner, str(article.review_at)) == (
        "order",
        "staff",
        agent,
        "2027-01-31",
    )
    assert client.post("/desk/knowledge/refund/place/", {**data, "owner": ""}).status_code == 302
    assert client.post("/desk/knowledge/refund/place/", {**data, "category": "x"}).status_code == 400
    article.refresh_from_db()
    assert article.owner is None


def test_versions_when_restored_then_newest_again() -> None:
    article = factories.article(key="refund")
    services.write(article, Words("错", "错"), lang="zh", by=SYSTEM)
    client = english(signed_in("agent"))
    page = text(client.get("/desk/knowledge/refund/versions/?lang=zh"))
    assert "<ins>错</ins>" in page
    client.post("/desk/knowledge/refund/restoration/", {"lang": "zh", "number": "1"})
    assert article.variants.get().current.title == factories.REFUND.title
    assert (
        client.post("/desk/knowledge/refund/restoration/", {"lang": "zh", "number": "99"}).status_code == 400
    )


def test_preview_when_typed_then_safe_html() -> None:
    answer = signed_in("agent").post("/desk/knowledge/preview/", {"title": "<b>", "body": "**粗** <script>"})
    assert "<strong>粗</strong> &lt;script&gt;" in text(answer)
    assert "&lt;b&gt;" in text(answer)


@pytest.mark.parametrize(
    "path", ["/kb/", "/kb/c/refund/", "/kb/search?q=退款", "/desk/knowledge/", "/desk/knowledge/?q=退款"]
)
def test_lists_when_rows_grow_then_same_number_of_queries(path: str) -> None:
    client = signed_in("agent")
    factories.published()
    counts = []
    for _round in range(2):
        client.get(path)  # the engine remembers for seconds how many hold a word
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts.append(len(captured))
        factories.published()
        factories.published()
    assert counts[0] == counts[1]
