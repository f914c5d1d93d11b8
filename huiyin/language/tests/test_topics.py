"""Groups, names and bursts on their own: planted groups are found, linkage is exact, weekdays are no burst."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from huiyin.language.tests.factories import HashEncoder
from huiyin.language.topics import Stream, bursts, centred, grouped, named, regrouped
from huiyin.language.topics.bursts import expected, tail
from huiyin.language.topics.grouping import _linked
from huiyin.language.topics.naming import surprise

SAID = {
    "退款一直没有到账": ("退款", "到账"),
    "快递物流三天没有更新": ("快递", "物流"),
    "登录收不到短信验证码": ("验证码", "登录"),
}


def pile(times: int) -> tuple[list[str], list[int]]:
    texts = [f"{said}，单号{i}" for i in range(times) for said in SAID]
    return texts, [place for _i in range(times) for place in range(len(SAID))]


def test_groups_when_three_matters_are_mixed_then_three_groups_in_order() -> None:
    texts, truth = pile(20)
    rows = centred(HashEncoder().encode(texts))
    assert grouped(rows) == truth


def test_groups_when_nothing_or_one_then_as_many() -> None:
    assert grouped(np.zeros((0, 4), dtype=np.float32)) == []
    assert grouped(np.eye(4, dtype=np.float32)[:1]) == [0]


def test_links_when_compared_with_textbook_linkage_then_the_same_partition() -> None:
    from sklearn.cluster import AgglomerativeClustering

    chance = np.random.default_rng(5)
    rows = chance.normal(size=(150, 12)) + np.repeat(chance.normal(size=(10, 12)) * 2, 15, axis=0)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    book = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - 0.35
    ).fit_predict(rows)
    own = _linked(rows, [1] * len(rows), 0.35)
    pairs = {(a, b) for a, b in zip(own, book, strict=True)}
    assert len(pairs) == len(set(own)) == len(set(book.tolist()))


def test_stream_when_vectors_are_near_then_one_group_and_grows_beyond_its_first_room() -> None:
    stream = Stream(200, close=0.5)
    axes = np.eye(200, dtype=np.float32)
    assert [stream.add(axis) for axis in axes] == list(range(200))
    assert stream.add(axes[3]) == 3
    assert (len(stream.sizes), stream.sizes[3]) == (200, 2)


def test_names_when_groups_are_told_apart_then_by_their_own_words() -> None:
    texts, truth = pile(10)
    told = named(texts, truth)
    for group, (said, wanted) in enumerate(SAID.items()):
        assert told[group].size == 10
        assert told[group].keywords
        assert all(keyword in said for keyword in told[group].keywords)
        assert any(word in told[group].name for word in wanted), told[group].name


def test_surprise_when_term_is_as_common_elsewhere_then_nothing() -> None:
    assert surprise(5, 50, 10, 100) == 0.0
    assert surprise(9, 1, 10, 100) > 25


def days_of(weeks: int, daily: int, weekend: int) -> list[date]:
    first = date(2026, 5, 4)
    return [
        day
        for back in range(7 * weeks)
        for day in [first + timedelta(days=back)] * (weekend if back % 7 > 4 else daily)
    ]


def test_bursts_when_topic_swells_then_told_that_day_and_only_then() -> None:
    days = days_of(4, 30, 30)
    groups = [i % 10 for i in range(len(days))]
    texts = [f"话题{group}的日常来信" for group in groups]
    swollen = days[-15]
    days += [swollen] * 12
    groups += [3] * 12
    texts += ["退款通道崩溃"] * 12
    found = bursts(texts, groups, days)
    assert {(burst.day, burst.group) for burst in found if burst.group is not None} == {(swollen, 3)}
    assert {burst.term for burst in found if burst.term} >= {"退款"}
    assert {burst.day for burst in found} == {swollen}


def test_bursts_when_weekends_are_busy_then_no_alarm() -> None:
    days = days_of(6, 10, 60)
    groups = [i % 10 for i in range(len(days))]
    assert bursts([f"话题{group}" for group in groups], groups, days) == []


def test_expects_when_weekday_is_quiet_then_less() -> None:
    days = days_of(4, 40, 8)
    volume, counts = Counter(days), Counter(days[::10])
    busy, quiet = max(d for d in volume if d.weekday() == 2), max(d for d in volume if d.weekday() == 6)
    assert expected(counts, quiet, volume) < expected(counts, busy, volume) / 3


@pytest.mark.parametrize(("count", "mean", "chance"), [(0, 2.0, 1.0), (1, 2.0, 0.8647), (5, 1.0, 0.00366)])
def test_tail_when_counted_then_as_the_table_says(count: int, mean: float, chance: float) -> None:
    assert tail(count, mean) == pytest.approx(chance, abs=1e-4)


def test_regroups_when_rows_were_grouped_then_they_stay_and_new_ones_find_their_place() -> None:
    texts, truth = pile(20)
    rows = centred(HashEncoder().encode(texts))
    before = [group + 5 if place < 45 else None for place, group in enumerate(truth)]
    assert regrouped(rows, before) == truth
    assert regrouped(rows, [None] * len(rows)) == grouped(rows)


def test_regroups_when_a_group_came_apart_then_divided_and_strays_stay() -> None:
    texts, truth = pile(20)
    rows = centred(HashEncoder().encode(texts))
    assert regrouped(rows, [0 if group < 2 else 1 for group in truth]) == truth
    strayed = [0 if place == 1 else group for place, group in enumerate(truth)]
    order: dict[int, int] = {}
    assert regrouped(rows, strayed) == [order.setdefault(group, len(order)) for group in strayed]
