"""Search by meaning: vectors filled in the background, asked within a budget, words alone when there are none."""

import array
from uuid import UUID

import pytest

from huiyin.core.actors import SYSTEM
from huiyin.knowledge import selectors, services
from huiyin.knowledge.selectors import meanings
from huiyin.knowledge.services import Words, vectors
from huiyin.knowledge.signs import Signs, joined
from huiyin.knowledge.tests import factories

pytestmark = pytest.mark.django_db
CANCEL = Words("怎样关闭自动续费", "在会员中心关闭。", ("下个月不想再扣钱",))
UNLIKE = "不要每月继续收费了"  # shares no pair of characters with what is written


@pytest.fixture
def models(settings, monkeypatch) -> None:
    """The built-in encoder in this process; every search looks for new vectors."""
    settings.LANGUAGE_ENGINE = "inline"
    monkeypatch.setattr(meanings, "LOOK_EVERY", 0.0)


def keys(hits: list[selectors.Hit]) -> list[str]:
    return [hit.key for hit in hits]


def test_search_when_said_in_other_words_then_found_by_meaning_alone(models: None) -> None:
    factories.published(key="refund")
    factories.published(CANCEL, key="cancel")
    assert keys(selectors.search(UNLIKE, lang="zh")) == []
    assert vectors.fill() > 0
    assert keys(selectors.search(UNLIKE, lang="zh"))[:1] == ["cancel"]
    (found, *_rest) = selectors.find(UNLIKE, vector=selectors.vector_of(UNLIKE))
    assert (found.key, found.is_exact, found.lexical < 0.22, found.semantic > 0.45) == (
        "cancel",
        False,
        True,
        True,
    )


def test_suggest_when_the_same_was_near_lately_then_one_statement(
    models: None, monkeypatch, django_assert_num_queries
) -> None:
    factories.published(CANCEL, key="cancel")
    vectors.fill()
    vector = selectors.vector_of(UNLIKE)
    first = selectors.suggest(UNLIKE, lang="zh", vector=vector)
    monkeypatch.setattr(meanings, "LOOK_EVERY", 60.0)
    with django_assert_num_queries(1):
        assert selectors.suggest(UNLIKE, lang="zh", vector=vector) == first
    assert keys(first) == ["cancel"]


def test_search_when_nobody_holds_the_models_then_words_alone(models: None, settings) -> None:
    factories.published(CANCEL, key="cancel")
    vectors.fill()
    settings.LANGUAGE_ENGINE = "rules"
    assert keys(selectors.search("自动续费", lang="zh")) == ["cancel"]
    assert keys(selectors.search(UNLIKE, lang="zh")) == []


def test_search_when_only_near_by_meaning_then_hidden_words_stay_hidden(models: None) -> None:
    factories.published(CANCEL, key="inside", visibility="staff")
    vectors.fill()
    assert keys(selectors.search(UNLIKE, lang="zh")) == []
    assert keys(selectors.search(UNLIKE, lang="zh", user=factories.person("agent"))) == ["inside"]


def test_suggest_when_the_caller_has_the_meaning_then_close_ones_alone(models: None) -> None:
    factories.published(CANCEL, key="cancel")
    vectors.fill()
    asked = "下个月别再扣我的钱了"
    assert keys(selectors.suggest(asked, lang="zh", vector=selectors.vector_of(asked))) == ["cancel"]
    weather = "今天天气真好"
    assert keys(selectors.suggest(weather, lang="zh", vector=selectors.vector_of(weather))) == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("tuikuan", "如何申请退款"),
        ("shenqingtuikuan", "如何申请退款"),
        ("申請退款", "如何申请退款"),
        ("如何申请退款", "如何申請退款"),
    ],
)
def test_search_when_in_pinyin_or_the_other_script_then_found_and_shown_as_written(
    query: str, title: str
) -> None:
    factories.published(Words(title, "打开我的订单。"), key="refund")
    (hit,) = selectors.search(query, lang="zh")
    assert (hit.title, "".join(segment.text for segment in hit.title_segments)) == (title, title)


def test_search_when_script_differs_then_the_written_characters_are_marked() -> None:
    factories.published(Words("申請退款的步驟", "請先打開訂單，然後申請退款。"), key="refund")
    (hit,) = selectors.search("申请退款", lang="zh")
    assert [s.text for s in hit.title_segments if s.marked] == ["申請退款"]
    assert [s.text for s in hit.snippet_segments if s.marked] == ["申請退款"]
    assert hit.snippet == "請先打開訂單，然後申請退款。"


def test_nearest_when_signs_differ_then_by_the_number_of_them() -> None:
    rows = {UUID(int=1): [1, 1, 1, 1], UUID(int=2): [1, 1, -1, -1], UUID(int=3): [-1, -1, -1, -1]}
    made = {key: array.array("f", row).tobytes() for key, row in rows.items()}
    first, second, third = made
    index = joined("m", (), Signs(), list(made.items())[:2])
    index = joined("m", (), index, [(third, made[third])])
    assert index.nearest(made[first], 2) == [first, second]
    assert index.nearest(made[third], 3) == [third, second, first]
    assert index.kept({first.bytes, third.bytes}).nearest(made[second], 3) == [first, third]
    assert (index.kept(set()).nearest(made[first], 3), Signs().nearest(made[first], 3)) == ([], [])


def test_search_when_articles_come_and_go_then_the_index_follows(models: None, monkeypatch) -> None:
    first = factories.published(CANCEL, key="cancel")
    vectors.fill()
    assert keys(selectors.search(UNLIKE, lang="zh"))[:1] == ["cancel"]
    factories.published(Words("如何开发票", "在订单里申请。"), key="invoice")
    vectors.fill()
    assert keys(selectors.search("怎么拿到增值税发票", lang="zh"))[:1] == ["invoice"]
    services.archive(first, by=SYSTEM)
    monkeypatch.setattr(meanings, "FEW", 0)
    factories.published(CANCEL, key="again")
    vectors.fill()
    assert keys(selectors.search(UNLIKE, lang="zh"))[:1] == ["again"]
