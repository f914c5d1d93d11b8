"""The search port on both engines: what is found, what is forgotten, and that no query is an error."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connections, models, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import database
from huiyin.core.ids import uuid7
from huiyin.core.ports import search
from huiyin.core.search.text import fold, phrases, spaced

BY_NUMBER = search.index("trial", fields={"title": 4, "text": 1})
BY_UUID = search.index("trial_keyed", keys=search.Keys.UUID)
DOCUMENTS = {
    1: {"title": "充值未到账 iPhone", "text": "我充值了100元，到账时间？"},
    2: {"title": "退款", "text": "Refund policy 退款政策 HY-000123"},
    3: {"title": "账号登录", "text": "退　款，充值"},
}
PHRASES = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
CHINESE = st.text("退款充值账号的我々", min_size=1, max_size=6)
MIXED = st.text("退款充值账a1AＢ -_，\n'\"*:^()é文", max_size=14)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, django_db_blocker) -> Iterator[str]:
    """The alias of a database with both indexes, in a transaction that is rolled back."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else "sqlite://:memory:"
    chosen = database.from_url(url, None)
    if request.param == "sqlite":
        chosen |= {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {}}
    alias = f"search_{request.param}"
    connections.databases[alias] = {**connections.databases["default"], **chosen}
    indexes = [replace(index, using=alias) for index in (BY_NUMBER, BY_UUID)]
    with django_db_blocker.unblock():
        try:
            migrate(alias, [search.CreateIndex(index).database_forwards for index in indexes])
            with transaction.atomic(using=alias):
                yield alias
                transaction.set_rollback(True, using=alias)
            migrate(alias, [search.CreateIndex(index).database_backwards for index in indexes])
        finally:
            connections[alias].close()
            del connections[alias], connections.databases[alias]


def migrate(alias: str, steps: list[Callable[..., None]]) -> None:
    with connections[alias].schema_editor() as editor:
        for step in steps:
            step("core", editor, None, None)


@pytest.fixture
def filled(engine: str) -> search.Index:
    index = replace(BY_NUMBER, using=engine)
    index.put_many(DOCUMENTS.items())
    return index


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("退", [3, 2]),
        ("退款", [3, 2]),
        ("退款政", [2]),
        ("款充", [3]),
        ("充值了100", [1]),
        ("hy-000123", [2]),
        ("HY-0001", [2]),
        ("ＩＰＨＯＮＥ", [1]),
        ("refu pol", [2]),
        ("efund", []),
        ("a", []),
        ("充值 退款", [3]),
        ("充值 缺席", []),
        ("", []),
        (" 　\n", []),
        ("？！", []),
    ],
)
def test_find_when_queried_then_newest_first(filled: search.Index, query: str, found: list[int]) -> None:
    assert filled.find(query) == found
    assert sorted(filled.find(query, order=search.Order.RANKED)) == sorted(found)


HOSTILE = [
    *(
        '"',
        "'",
        "*",
        "a*",
        "^充值",
        "title:退款",
        "NEAR(a b)",
        "AND OR NOT",
        "退款)",
        "-- ; DROP TABLE",
        "\x00退",
    ),
    *("%", "_", "\\", "a:*&b|!c <-> d", "退款" * 500, "a" * 1000, "a b " * 250, "\ud800", "👍", "{}[]"),
]


@pytest.mark.parametrize("query", HOSTILE)
def test_find_when_hostile_then_answers(filled: search.Index, query: str) -> None:
    rows = things(filled)
    near = search.among(rows, filled.near(query, limit=9), filled.latest(query, limit=9))
    near = near.annotate(is_exact=filled.holds(rows, query))
    for answer in (filled.find(query), filled.ranked(query), list(near)):
        assert isinstance(answer, list)


def test_put_when_text_holds_anything_then_is_found(filled: search.Index) -> None:
    filled.put(9, {"text": "\x00\ud800 👍 '; -- 鑫焱 " + "长" * 50_000})
    assert filled.find("鑫焱") == [9]


def test_find_when_query_is_long_then_finds_its_text(filled: search.Index) -> None:
    text = "".join(chr(0x4E00 + n) for n in range(1000))
    filled.put(9, {"text": f"前{text}后"})
    assert filled.find(text) == [9]


def test_find_when_put_in_this_transaction_then_visible_by_one_statement(filled: search.Index) -> None:
    with CaptureQueriesContext(connections[filled.using]) as queries:
        filled.put(4, {"text": "鑫焱"})
    assert len(queries) == 1
    assert filled.find("鑫焱") == [4]


def test_put_when_again_then_replaces(filled: search.Index) -> None:
    filled.put(2, {"title": "发票"})
    assert (filled.find("退款"), filled.find("发票")) == ([3], [2])


def test_put_when_field_is_unknown_then_refuses(filled: search.Index) -> None:
    with pytest.raises(KeyError):
        filled.put(5, {"body": "x"})


def test_remove_when_there_and_not_there_then_forgets(filled: search.Index) -> None:
    filled.remove(2, 77)
    assert filled.find("退款") == [3]


def test_remove_when_sqlite_then_leaves_no_token_behind(filled: search.Index) -> None:
    filled.put(5, {"text": "zzsecretzz"})
    filled.remove(5)
    assert filled.find("zzsecretzz") == []
    if connections[filled.using].vendor != "sqlite":
        return  # PostgreSQL forgets the bytes by VACUUM
    with transaction.atomic(using=filled.using), connections[filled.using].cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {filled.table}_fts_data WHERE instr(block, %s)", [b"zzsecretzz"]
        )
        assert cursor.fetchone() == (0,)


def test_ranked_when_title_matches_then_before_text(filled: search.Index) -> None:
    assert [key for key, _ in filled.ranked("退款")] == [2, 3]


def test_find_when_limited_then_gives_no_more(filled: search.Index) -> None:
    assert (filled.find("充值", limit=1), filled.find("充值", limit=0)) == ([3], [])


def test_among_when_words_differ_then_the_nearest_and_those_named(filled: search.Index) -> None:
    rows = things(filled)
    asked = "充值的钱一直没到账怎么办"
    with CaptureQueriesContext(connections[filled.using]) as queries:
        assert [row.id for row in search.among(rows, filled.near(asked, limit=1))] == [1]
    assert len(queries) == 1
    assert [row.id for row in search.among(rows, filled.near(asked, limit=9))] == [1, 3]
    assert [row.id for row in search.among(rows, filled.near(asked, limit=1), filled.these([1, 2]))] == [1, 2]
    assert [row.id for row in search.among(rows, filled.near("鑫焱垚", limit=9), filled.these([2]))] == [2]
    assert list(search.among(rows, filled.near("鑫焱垚", limit=9))) == []
    assert list(search.among(rows, filled.near("!?", limit=9), filled.these([]))) == []


def test_near_when_a_word_stands_in_too_many_then_only_rarer_ones_count(filled: search.Index) -> None:
    rows = things(filled)
    asked = "退款 充值"
    assert [row.id for row in search.among(rows, filled.near(asked, limit=9, most=2))] == [1, 2, 3]
    filled.put(4, {"text": "退款"})
    assert [row.id for row in search.among(rows, filled.near(asked, limit=9, most=2))] == [1, 3]
    assert list(search.among(rows, filled.near("退款", limit=9, most=2))) == []


def test_latest_when_limited_then_the_newest_that_hold_the_whole_query(filled: search.Index) -> None:
    rows = things(filled)
    assert [row.id for row in search.among(rows, filled.latest("充值", limit=1))] == [3]
    assert [row.id for row in search.among(rows, filled.latest("充值", limit=9))] == [1, 3]
    assert (filled.latest("!?", limit=9), filled.latest("充值", limit=0)) == (None, None)


def test_holds_when_annotated_then_as_find_says(filled: search.Index) -> None:
    things_there = things(filled)
    for query in ("充值", "退款", "充值 退款", "鑫焱垚", "!?"):
        rows = things_there.annotate(is_exact=filled.holds(things_there, query))
        assert {row.id for row in rows if row.is_exact} == set(filled.find(query)), query


def test_index_when_keys_are_uuids_then_finds_them_newest_first(engine: str) -> None:
    index, first, second = replace(BY_UUID, using=engine), uuid7(), uuid7()
    index.put_many([(first, {"text": "退款 a"}), (second, {"text": "退款 b"})])
    index.put(first, {"text": "退款政策"})
    assert index.find("退款") == [second, first]
    assert index.find("政策", order=search.Order.RANKED) == [first]
    assert [type(key) for key in index.find("退款")] == [UUID, UUID]
    index.remove(first)
    assert index.find("退款") == [second]


class Thing(models.Model):  # noqa: DJ008
    """A row that an index of numbers can name; its table is made by the test."""

    class Meta:
        app_label = "core"
        managed = False
        db_table = "search_trial_thing"


def things(filled: search.Index) -> "models.QuerySet[Thing]":
    """Three rows that the documents stand for, in the database of the index."""
    with connections[filled.using].cursor() as cursor:
        cursor.execute("CREATE TABLE search_trial_thing (id bigint PRIMARY KEY)")
        cursor.execute("INSERT INTO search_trial_thing VALUES (1), (2), (3)")
    return Thing.objects.using(filled.using).order_by("id")


def test_matching_when_filtered_further_then_is_one_query(filled: search.Index) -> None:
    rows_of = things(filled)
    filled.find("退款")
    with CaptureQueriesContext(connections[filled.using]) as queries:
        rows = filled.matching(rows_of, "退款")
        assert list(rows.filter(id__lt=3).values_list("id", flat=True)) == [2]
    assert len([query for query in queries if "search_trial_thing" in query["sql"]]) == 1
    assert filled.matching(rows_of, " ").count() == 3
    assert filled.matching(rows_of, "!?").count() == 0


@PHRASES
@given(texts=st.lists(MIXED, min_size=1, max_size=6), query=CHINESE)
def test_find_when_chinese_then_equals_substring_scan(engine: str, texts: list[str], query: str) -> None:
    """Recall is 100 %; what is found beyond a plain scan differs by punctuation and white space alone."""
    index = replace(BY_NUMBER, using=engine)
    index.remove(*range(1, 7))
    index.put_many([(number, {"text": text}) for number, text in enumerate(texts, 1)])
    found = set(index.find(query, limit=10))
    plain = {number for number, text in enumerate(texts, 1) if query in fold(text)}
    bare = {number for number, text in enumerate(texts, 1) if query in re.sub(r"[\W_]+", "", fold(text))}
    assert plain <= found
    assert found == bare


@PHRASES
@given(texts=st.lists(MIXED, min_size=1, max_size=6), query=MIXED)
def test_find_when_mixed_then_equals_definition(engine: str, texts: list[str], query: str) -> None:
    """Both engines find exactly the documents that hold every phrase, whatever the query's writing."""
    index = replace(BY_NUMBER, using=engine)
    index.remove(*range(1, 7))
    index.put_many([(number, {"text": text}) for number, text in enumerate(texts, 1)])
    wanted = phrases(query)
    held = [
        number
        for number, text in enumerate(texts, 1)
        if wanted and all(phrase.needle in spaced(text) for phrase in wanted)
    ]
    assert sorted(index.find(query, limit=10)) == held
    assert sorted(index.find(query, limit=10, order=search.Order.RANKED)) == held


def marked(segments: list[search.Segment]) -> str:
    return "".join(f"[{segment.text}]" if segment.marked else segment.text for segment in segments)


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("申请退款，退 款", "退款", "申请[退款]，[退 款]"),
        ("ＲＥＦＵＮＤ policy", "refund", "[ＲＥＦＵＮＤ] policy"),
        ("用iPhone登录 myiPhone", "iphone", "用[iPhone]登录 myiPhone"),
        ("<b>退款</b>", "退款", "<b>[退款]</b>"),
        ("充值退款", "充值 值退", "[充值退]款"),
        ("无关", "退款", "无关"),
        ("无关", "", "无关"),
    ],
)
def test_highlight_when_matched_then_marks_the_original(text: str, query: str, shown: str) -> None:
    assert marked(search.highlight(text, query)) == shown


@given(text=MIXED, query=MIXED)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_highlight_when_anything_then_keeps_the_text(text: str, query: str) -> None:
    assert "".join(segment.text for segment in search.highlight(text, query)) == text


def test_snippet_when_match_is_far_then_shows_its_neighbourhood() -> None:
    shown = marked(search.snippet("开头" * 100 + "申请退款" + "结尾" * 100, "退款", width=40))
    assert shown.startswith("…") and shown.endswith("…") and "申请[退款]结尾" in shown
    assert len(shown) <= 44


def test_index_when_name_is_no_word_then_refuses() -> None:
    with pytest.raises(ValueError, match="lower-case"):
        search.index("cases; drop table")
