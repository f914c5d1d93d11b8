"""Reads of the help centre: who sees what, and what search finds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.core.actors import SYSTEM
from huiyin.core.errors import NotFound
from huiyin.knowledge import selectors, services
from huiyin.knowledge.services import Words
from huiyin.knowledge.tests import factories

pytestmark = pytest.mark.django_db


def queries(work) -> int:
    """Statements of a read that was just made before: what is remembered for seconds is not counted."""
    work()
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def keys(hits) -> list[str]:
    return [hit.key for hit in hits]


def test_article_for_when_not_for_this_person_then_not_found() -> None:
    factories.published(key="open")
    factories.published(key="inside", visibility="staff")
    factories.article(key="unwritten")
    agent, contact = factories.person("agent"), factories.person()
    for user, seen in ((agent, {"open", "inside", "unwritten"}), (contact, {"open"}), (None, {"open"})):
        assert {article.key for article in selectors.articles_for(user)} == seen
    with pytest.raises(NotFound):
        selectors.article_for(contact, "inside")


def test_reading_for_when_language_is_absent_then_other_language() -> None:
    factories.published(key="refund")
    reading = selectors.reading_for(None, "refund", lang="en")
    assert (reading.lang, reading.other_lang, reading.is_stale) == ("zh", "", False)


def test_reading_for_when_original_moved_on_then_translation_is_stale() -> None:
    article = factories.published(key="refund")
    services.write(article, factories.REFUND_EN, lang="en", by=SYSTEM)
    services.publish(article, by=SYSTEM)
    assert selectors.reading_for(None, "refund", lang="en").is_stale is False
    services.write(article, Words("如何退款", "新的步骤"), lang="zh", by=SYSTEM)
    assert selectors.reading_for(None, "refund", lang="en").is_stale is False
    services.publish(article, by=SYSTEM)
    assert selectors.reading_for(None, "refund", lang="en").is_stale is True
    assert selectors.reading_for(None, "refund", lang="zh").is_stale is False
    services.reaffirm(article, lang="en", by=SYSTEM)
    services.publish(article, by=SYSTEM)
    assert selectors.reading_for(None, "refund", lang="en").is_stale is False


def test_categories_for_when_staff_only_then_counted_for_staff_alone() -> None:
    factories.published()
    factories.published(visibility="staff", category="invoice")
    assert [(s.key, s.count) for s in selectors.categories_for(None)] == [("refund", 1)]
    agent = factories.person("agent")
    assert [(s.key, s.count) for s in selectors.categories_for(agent)] == [("refund", 1), ("invoice", 1)]


def test_popular_when_voted_then_most_helpful_first() -> None:
    first, second = factories.published(key="first"), factories.published(key="second")
    services.vote(second, lang="zh", voter="a", verdict="yes", by=SYSTEM)
    services.vote(first, lang="zh", voter="a", verdict="no", by=SYSTEM)
    assert keys(selectors.popular(None, lang="zh")) == ["second", "first"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("退", ["refund"]),
        ("退款", ["refund"]),
        ("我不想要了，钱怎么退啊", ["refund"]),
        ("腿款", ["refund"]),
        ("短信", ["sms"]),
        ("收不到验证码", ["sms"]),
        ("pasword", ["password"]),
        ("password reset", ["password"]),
        ("量子力学", []),
        ("", []),
        ("\"' OR *", []),
        ("x" * 1000, []),
    ],
)
def test_search_when_asked_then_best_first(query: str, found: list[str]) -> None:
    factories.published(key="refund")
    factories.published(Words("收不到短信验证码", "检查拦截", ("验证码没来",)), key="sms")
    factories.published(Words("Reset your password", "Open settings."), key="password", lang="en")
    assert keys(selectors.search(query, lang="zh"))[: len(found) or None] == found


def test_search_when_both_languages_match_then_one_hit_in_the_readers_own() -> None:
    article = factories.published(Words("API 签名", "API 密钥"), key="api")
    services.write(article, Words("API signature", "API key"), lang="en", by=SYSTEM)
    services.publish(article, by=SYSTEM)
    assert [(hit.key, hit.lang) for hit in selectors.search("api", lang="zh")] == [("api", "zh")]
    assert [(hit.key, hit.lang) for hit in selectors.search("api", lang="en")] == [("api", "en")]


def test_search_when_staff_only_then_staff_alone() -> None:
    factories.published(key="inside", visibility="staff")
    assert keys(selectors.search("退款", lang="zh")) == []
    assert keys(selectors.search("退款", lang="zh", user=factories.person("agent"))) == ["inside"]
    assert keys(selectors.suggest("申请退款", lang="zh")) == []


def test_search_when_found_then_marks_the_words() -> None:
    factories.published(key="refund")
    (hit,) = selectors.search("退款", lang="zh")
    assert [(s.text, s.marked) for s in hit.title_segments] == [("如何申请", False), ("退款", True)]
    assert hit.snippet == "步骤 打开我的订单 选择申请退款 三个工作日内到账。"


@pytest.mark.parametrize("text", ["你好", "在吗", "", "今天天气真好"])
def test_suggest_when_nothing_is_close_then_silent(text: str) -> None:
    factories.published()
    assert selectors.suggest(text, lang="zh") == []


def test_suggest_when_typed_at_length_then_finds_by_a_known_question() -> None:
    factories.published(key="refund")
    factories.published(Words("开发票", "在订单页"), key="invoice")
    assert keys(selectors.suggest("买的东西不想要了，请问怎么退款呢", lang="zh")) == ["refund"]


def test_lists_when_rows_grow_then_same_number_of_queries() -> None:
    agent = factories.person("agent")
    factories.published()
    lists = (
        lambda: selectors.desk_rows(agent),
        lambda: selectors.desk_rows(agent, text="退款"),
        lambda: selectors.categories_for(agent),
        lambda: selectors.popular(agent, lang="zh"),
        lambda: selectors.entries_for(agent, category="refund", lang="zh"),
        lambda: selectors.search("退款", lang="zh", user=agent),
        lambda: selectors.suggest("申请退款", lang="zh"),
    )
    assert agent.roles
    one = [queries(work) for work in lists]
    factories.published()
    factories.published(category="invoice")
    assert [queries(work) for work in lists] == one
    assert one == [2, 2, 2, 1, 1, 1, 1]


def test_desk_rows_when_searched_then_finds_drafts_by_title_and_published_by_content() -> None:
    agent = factories.person("agent")
    factories.article(key="draft")
    factories.published(Words("到账时间", "退款三天"), key="content")
    assert {row.article.key for row in selectors.desk_rows(agent, text="退款").items} == {"draft", "content"}
    (row,) = selectors.desk_rows(agent, filters={"status": "draft"}).items
    assert (row.title, row.langs, row.has_unpublished, row.behind) == ("如何申请退款", ("zh",), True, "")


def test_desk_rows_when_outsider_then_published_words_alone() -> None:
    article = factories.published(key="refund")
    services.write(article, Words("秘密计划", "还没公开"), lang="zh", by=SYSTEM)
    assert [row.title for row in selectors.desk_rows(None).items] == ["如何申请退款"]
    assert selectors.desk_rows(None, text="秘密").items == []


def test_differences_when_two_versions_then_lines_that_changed() -> None:
    article = factories.article(Words("标题", "一\n二", ("问",)))
    services.write(article, Words("标题", "一\n三", ("问",)), lang="zh", by=SYSTEM)
    found = selectors.differences(article, lang="zh", old=1, new=2)
    lines = [(line.kind, line.text) for line in found]
    assert lines == [("same", "# 标题"), ("same", "? 问"), ("same", "一"), ("removed", "二"), ("added", "三")]
