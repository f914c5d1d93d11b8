"""How articles are asked for: rows that follow what readers see, and are read by one encoder after the other."""

from typing import Any

import pytest

from huiyin.core.actors import SYSTEM
from huiyin.knowledge import services
from huiyin.knowledge.models import Article, Phrasing
from huiyin.knowledge.selectors.phrasings import phrasings_version, public_phrasings
from huiyin.knowledge.services import Words, phrasings, vectors
from huiyin.knowledge.tests import factories
from huiyin.knowledge.tests.factories import FineEncoder
from huiyin.language import services as language
from huiyin.language.tests.factories import HashEncoder

pytestmark = pytest.mark.django_db
CANCEL = Words("怎样关闭自动续费", "在会员中心关闭。", ("下个月不想再扣钱",))
COARSE, FINE = "hash/1", "fine/1"


@pytest.fixture
def here(settings, monkeypatch) -> dict[str, HashEncoder]:
    """The encoders beside the first one."""
    return factories.use_tiny_encoders(settings, monkeypatch)


def told(article: Article) -> list[tuple[str, str, str, str]]:
    """Of each phrasing its kind and text, and who has read it."""
    rows = Phrasing.objects.filter(variant__article=article).order_by("place")
    return list(rows.values_list("kind", "text", "model", "fine_model"))


def rewrite(article: Article, words: Words) -> None:
    services.write(article, words, lang="zh", by=SYSTEM)
    services.publish(article, by=SYSTEM)


def test_publish_tells_title_questions_and_beginning_before_anybody_has_read_them() -> None:
    assert told(factories.published(CANCEL)) == [
        ("title", "怎样关闭自动续费", "", ""),
        ("question", "下个月不想再扣钱", "", ""),
        ("lead", "怎样关闭自动续费 在会员中心关闭。", "", ""),
    ]


def test_write_when_not_published_tells_nothing() -> None:
    factories.article(CANCEL)
    assert not Phrasing.objects.exists()


def test_archive_takes_phrasings_away_and_publishing_brings_them_back() -> None:
    article = factories.published(CANCEL)
    services.archive(article, by=SYSTEM)
    assert told(article) == []
    services.publish(article, by=SYSTEM)
    assert len(told(article)) == 3


def test_fill_lets_each_encoder_read_what_it_has_not_read_and_the_better_one_what_is_short(
    here: dict[str, HashEncoder],
) -> None:
    article = factories.published(CANCEL)
    here["quality"] = FineEncoder()
    assert (vectors.fill(), vectors.fill()) == (5, 0)
    assert [row[2:] for row in told(article)] == [(COARSE, FINE), (COARSE, FINE), (COARSE, "")]
    title = Phrasing.objects.get(kind="title")
    assert [bytes(title.vector), bytes(title.fine_vector or b"")] == [
        encoder.encode([CANCEL.title])[0].tobytes() for encoder in (HashEncoder(), FineEncoder())
    ]


def test_fill_when_the_better_encoder_comes_later_then_only_it_reads_and_search_keeps_what_it_holds(
    here: dict[str, HashEncoder],
) -> None:
    article = factories.published(CANCEL)
    assert vectors.fill() == 3
    before = set(Phrasing.objects.values_list("id", flat=True))
    here["quality"] = FineEncoder()
    assert (vectors.fill(), vectors.fill()) == (2, 0)
    assert [row[2:] for row in told(article)] == [(COARSE, FINE), (COARSE, FINE), (COARSE, "")]
    assert set(Phrasing.objects.values_list("id", flat=True)) == before


def test_fill_when_the_encoder_is_another_then_all_anew_under_new_ids(here: dict[str, HashEncoder]) -> None:
    factories.published(CANCEL)
    vectors.fill()
    Phrasing.objects.update(model="yesterday/1")
    before = set(Phrasing.objects.values_list("id", flat=True))
    assert (vectors.fill(), vectors.fill()) == (3, 0)
    assert set(Phrasing.objects.values_list("model", flat=True)) == {COARSE}
    assert before.isdisjoint(Phrasing.objects.values_list("id", flat=True))


def test_fill_when_nobody_holds_the_models_then_nothing_is_done() -> None:
    article = factories.published(CANCEL)
    assert (vectors.fill(), {row[2:] for row in told(article)}) == (0, {("", "")})


def test_fill_when_words_are_published_anew_meanwhile_then_the_old_ones_stay_gone(
    here: dict[str, HashEncoder], monkeypatch
) -> None:
    article = factories.published(CANCEL)
    real = language.embed

    def slow(*asked: Any, **named: Any) -> Any:
        monkeypatch.setattr(language, "embed", real)
        rewrite(article, Words("怎样取消会员", "在会员中心取消。"))
        return real(*asked, **named)

    monkeypatch.setattr(language, "embed", slow)
    vectors.fill()
    assert told(article) == [
        ("title", "怎样取消会员", COARSE, ""),
        ("lead", "怎样取消会员 在会员中心取消。", COARSE, ""),
    ]


def test_publish_when_a_text_was_there_before_then_it_keeps_its_vectors(here: dict[str, HashEncoder]) -> None:
    here["quality"] = FineEncoder()
    article = factories.published(CANCEL)
    vectors.fill()
    rewrite(article, Words(CANCEL.title, "在设置里关闭。", ("怎么退订", *CANCEL.questions)))
    assert told(article) == [
        ("title", "怎样关闭自动续费", COARSE, FINE),
        ("question", "怎么退订", "", ""),
        ("question", "下个月不想再扣钱", COARSE, FINE),
        ("lead", "怎样关闭自动续费 在设置里关闭。", "", ""),
    ]
    assert (vectors.fill(), vectors.fill()) == (3, 0)


def test_make_up_when_an_earlier_version_left_rows_without_words_then_they_are_made_anew() -> None:
    article, archived = factories.published(CANCEL), factories.published(CANCEL)
    factories.article(CANCEL)
    services.archive(archived, by=SYSTEM)
    expected = told(article)
    Phrasing.objects.update(text="", kind="", model=COARSE)
    assert (phrasings.make_up(), phrasings.make_up()) == (3, 0)
    assert (told(article), told(archived)) == (expected, [])


def test_make_up_when_there_are_more_than_a_portion_then_all(monkeypatch) -> None:
    monkeypatch.setattr(phrasings, "BATCH", 2)
    for _number in range(5):
        factories.published(CANCEL)
    Phrasing.objects.all().delete()
    assert (phrasings.make_up(), phrasings.make_up()) == (15, 0)


def test_public_phrasings_are_short_of_public_articles_and_carry_vectors_of_today(
    here: dict[str, HashEncoder], django_assert_num_queries
) -> None:
    here["quality"] = FineEncoder()
    factories.published(Words("内部流程", "保密。"), visibility="staff")
    article = factories.published(CANCEL)
    vectors.fill()
    Phrasing.objects.filter(kind="question").update(model="yesterday/1")
    with django_assert_num_queries(1):
        found = list(public_phrasings())
    assert [(each.article, each.text, each.lang, sorted(each.vectors)) for each in found] == [
        (str(article.id), "怎样关闭自动续费", "zh", ["builtin", "quality"]),
        (str(article.id), "下个月不想再扣钱", "zh", ["quality"]),
    ]


def test_version_changes_with_words_vectors_and_readers_and_rests_otherwise(
    here: dict[str, HashEncoder],
) -> None:
    versions = [phrasings_version()]

    def has_changed() -> bool:
        versions.append(phrasings_version())
        return versions[-1] != versions[-2]

    article = factories.published(CANCEL)
    assert has_changed()
    vectors.fill()
    assert has_changed()
    here["quality"] = FineEncoder()
    vectors.fill()
    assert has_changed()
    assert not has_changed()
    services.describe(article, {"visibility": "staff"}, by=SYSTEM)
    assert has_changed()
    services.archive(article, by=SYSTEM)
    assert has_changed()
