"""Writes of the help centre: states and events."""

from datetime import timedelta
from uuid import uuid4

import pytest

from huiyin.core import clock
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.models.journal import JournalEntry
from huiyin.knowledge import services
from huiyin.knowledge.indexes import ARTICLES
from huiyin.knowledge.models import Article, Category, Deflection, Revision, SearchMiss, Vote
from huiyin.knowledge.services import Words
from huiyin.knowledge.tests import factories

pytestmark = pytest.mark.django_db
READER = Actor("contact")


def told(subject: object = None) -> list[str]:
    entries = JournalEntry.objects.filter(subject_kind="article").order_by("seq")
    return [entry.name for entry in entries if subject is None or entry.subject == str(subject)]


def test_draft_when_new_then_readers_do_not_see_it() -> None:
    article = factories.article()
    variant = article.variants.get()
    assert (article.status, variant.current.number, variant.published) == ("draft", 1, None)
    assert told(article.id) == ["article.written"]
    assert ARTICLES.find("退款") == []


def test_draft_when_key_is_taken_then_refuses() -> None:
    factories.article(key="refund")
    with pytest.raises(Conflict) as refused:
        factories.article(key="refund")
    assert refused.value.code == "key_taken"
    assert Article.objects.count() == 1


@pytest.mark.parametrize("key", ["Refund", "退款", "a b", "search"])
def test_draft_when_key_is_no_address_then_refuses(key: str) -> None:
    with pytest.raises(Invalid):
        factories.article(key=key)


def test_draft_when_title_is_chinese_then_makes_an_address() -> None:
    assert factories.article(key="").key.startswith("article-")


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        (Words(" ", "x"), ["title"]),
        (Words("x", " \n"), ["body"]),
        (Words("x" * 161, "x" * 50_001, ("q" * 201,)), ["title", "body", "questions"]),
        (Words("x", "x", tuple(str(n) for n in range(31))), ["questions"]),
    ],
)
def test_write_when_wrong_then_names_every_field(words: Words, fields: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        factories.article(words)
    assert [error["field"] for error in refused.value.data["errors"]] == fields


def test_write_when_same_words_then_no_new_version() -> None:
    article = factories.article()
    services.write(article, factories.REFUND, lang="zh", by=SYSTEM)
    assert Revision.objects.count() == 1


def test_write_when_somebody_wrote_meanwhile_then_conflict_shows_it() -> None:
    article = factories.article()
    services.write(article, Words("新标题", "正文"), lang="zh", base=1, by=Actor("user", "u1", "李明"))
    with pytest.raises(Conflict) as refused:
        services.write(article, Words("我的", "正文"), lang="zh", base=1, by=SYSTEM)
    assert refused.value.data["current"] == {
        "number": 2,
        "author": "李明",
        "title": "新标题",
        "body": "正文",
    }


def test_publish_when_revised_then_new_words_are_found_and_old_not() -> None:
    article = factories.published()
    services.write(article, Words("开发票", "在订单页"), lang="zh", by=SYSTEM)
    assert len(ARTICLES.find("退款")) == 1
    services.publish(article, by=SYSTEM)
    assert (ARTICLES.find("退款"), len(ARTICLES.find("发票"))) == ([], 1)
    assert told(article.id) == ["article.written", "article.published"] * 2


def test_archive_when_published_then_search_forgets_it() -> None:
    article = factories.published()
    services.archive(article, by=SYSTEM)
    assert (article.status, ARTICLES.find("退款")) == ("archived", [])
    services.publish(article, by=SYSTEM)
    assert (article.status, len(ARTICLES.find("退款"))) == ("published", 1)


def test_submit_when_published_then_refuses() -> None:
    with pytest.raises(Conflict):
        services.submit(factories.published(), by=SYSTEM)


def test_roll_back_when_earlier_version_then_is_newest_again() -> None:
    article = factories.article()
    services.write(article, Words("错了", "错了"), lang="zh", by=SYSTEM)
    revision = services.roll_back(article, lang="zh", number=1, by=SYSTEM)
    assert (revision.number, revision.title) == (3, factories.REFUND.title)
    with pytest.raises(Invalid):
        services.roll_back(article, lang="zh", number=9, by=SYSTEM)


def test_describe_when_changed_then_tells_which() -> None:
    article, shelf = factories.article(), services.shelve("invoice")
    services.describe(article, {"category": shelf, "visibility": "public"}, by=SYSTEM)
    assert article.category == shelf
    last = JournalEntry.objects.order_by("seq").last()
    assert (last.name, last.data) == ("article.described", {"fields": ["category"]})


def test_shelve_when_known_then_named_in_both_languages() -> None:
    services.shelve("refund")
    services.shelve("refund")
    services.shelve("my-shelf")
    names = list(Category.objects.values_list("key", "name_zh", "name_en").order_by("key"))
    assert names == [("my-shelf", "my-shelf", "My shelf"), ("refund", "退款", "Refunds")]


def test_vote_when_changed_then_counts_once() -> None:
    article = factories.published()
    services.vote(article, lang="zh", voter="a", verdict="yes", by=READER)
    services.vote(article, lang="zh", voter="b", verdict="no", by=READER)
    comment = "打 13800138000 没人接"
    services.vote(article, lang="zh", voter="a", verdict="no", reason="wrong", comment=comment, by=READER)
    article.refresh_from_db()
    assert (article.helpful, article.unhelpful) == (0, 2)
    assert Vote.objects.get(voter="a").comment == "打 <PHONE_1> 没人接"
    assert told(article.id)[2:] == ["article.voted"] * 3


@pytest.mark.parametrize(("verdict", "reason"), [("maybe", ""), ("no", "because")])
def test_vote_when_not_a_choice_then_refuses(verdict: str, reason: str) -> None:
    article = factories.published()
    with pytest.raises(Invalid):
        services.vote(article, lang="zh", voter="a", verdict=verdict, reason=reason, by=READER)
    assert Vote.objects.count() == 0


def test_record_miss_when_asked_again_then_counts() -> None:
    start = clock.now()
    for minutes in (0, 5):
        with clock.frozen(start + timedelta(minutes=minutes)):
            services.record_miss("Gift  CARD 13800138000", lang="en")
    services.record_miss("  ", lang="en")
    miss = SearchMiss.objects.get()
    assert (miss.query, miss.count, miss.last_at - miss.first_at) == (
        "gift card <phone_1>",
        2,
        timedelta(minutes=5),
    )


def test_record_solved_when_said_twice_then_once() -> None:
    article, session = factories.published(), uuid4()
    services.offer(session, lang="zh", articles=[str(article.id)])
    services.record_opened(session, article=article, lang="zh")
    for _time in range(2):
        services.record_solved(session, article=article, lang="zh", by=READER)
    form = Deflection.objects.get()
    article.refresh_from_db()
    assert (form.offered, form.opened, form.solved_by) == ([str(article.id)], [str(article.id)], article)
    assert (article.solved, told(article.id)[2:]) == (1, ["article.solved"])
