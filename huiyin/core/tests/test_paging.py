"""Cursor paging: every row once, in order, also when rows arrive meanwhile; cursors are ours alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from huiyin.core.errors import Invalid
from huiyin.core.models import Attachment
from huiyin.core.paging import cursor_page

START = datetime(2026, 1, 1, tzinfo=UTC)


def rows(minutes):
    made = [
        Attachment(
            name="x",
            stored_as=f"{n}",
            media_type="text/plain",
            size=n,
            sha256="",
            at=START + timedelta(minutes=m),
        )
        for n, m in enumerate(minutes)
    ]
    Attachment.objects.bulk_create(made)


def walk(order, limit, queryset=None, key=None):
    found, cursor, pages = [], None, 0
    while True:
        page = cursor_page(
            Attachment.objects.all() if queryset is None else queryset,
            order=order,
            cursor=cursor,
            limit=limit,
            key=key,
        )
        found += page.items
        cursor, pages = page.next, pages + 1
        if cursor is None:
            return found, pages


class Walks(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.integers(0, 3), max_size=25), st.integers(1, 7), st.booleans(), st.booleans())
    def test_walk_when_times_repeat_then_every_row_once_in_order(self, minutes, limit, down, id_down):
        rows(minutes)
        order = ["-at" if down else "at", "-id" if id_down else "id"]
        found, pages = walk(order, limit)
        assert found == list(Attachment.objects.order_by(*order))
        assert pages == max(1, -(-len(minutes) // limit))


@pytest.mark.django_db
def test_page_when_rows_arrive_meanwhile_then_none_twice_and_none_lost():
    rows([1, 2, 3, 4])
    first = cursor_page(Attachment.objects.all(), order=["-at", "-id"], limit=2)
    Attachment(
        name="x", stored_as="new", media_type="t", size=1, sha256="", at=START + timedelta(hours=1)
    ).save()
    second = cursor_page(Attachment.objects.all(), order=["-at", "-id"], limit=2, cursor=first.next)
    assert [row.size for row in first.items + second.items] == [3, 2, 1, 0]
    assert second.next is None


@pytest.mark.django_db
def test_page_when_values_list_then_key_tells_the_order_columns():
    rows([1, 1, 2])
    plain = Attachment.objects.values_list("at", "id", "size")
    found, pages = walk(["at", "id"], 1, queryset=plain, key=lambda row: (row[0], row[1]))
    assert ([row[2] for row in found], pages) == ([0, 1, 2], 3)


@pytest.mark.django_db
def test_page_when_one_or_many_rows_then_one_query(django_assert_num_queries):
    rows([1])
    with django_assert_num_queries(1):
        cursor_page(Attachment.objects.all(), order=["id"], limit=2)
    rows_more = [Attachment(name="x", stored_as=f"m{n}", media_type="t", size=1, sha256="") for n in range(5)]
    Attachment.objects.bulk_create(rows_more)
    with django_assert_num_queries(1):
        cursor_page(Attachment.objects.all(), order=["id"], limit=2)


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [0, -1, 101])
def test_page_when_limit_is_out_of_range_then_refused(limit):
    with pytest.raises(Invalid) as refused:
        cursor_page(Attachment.objects.all(), order=["id"], limit=limit)
    assert refused.value.data["field"] == "limit"


@pytest.mark.django_db
def test_page_when_cursor_is_not_ours_or_of_another_order_then_refused():
    rows([1, 2])
    good = cursor_page(Attachment.objects.all(), order=["at", "id"], limit=1).next
    for cursor in (
        "x",
        "é",
        "=" * 9,
        good[:-2],
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good + "A" * 8,
        "A" * 500,
    ):
        with pytest.raises(Invalid) as refused:
            cursor_page(Attachment.objects.all(), order=["at", "id"], cursor=cursor)
        assert refused.value.data["field"] == "cursor"
    with pytest.raises(Invalid):
        cursor_page(Attachment.objects.all(), order=["-at", "-id"], cursor=good)
