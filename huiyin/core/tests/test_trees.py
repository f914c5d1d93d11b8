"""Texts in JSON values are found and changed wherever they stand; everything else stays what it is."""

import pytest

from huiyin.core import trees

VALUE = {"a": ["b", ("c", 1, None)], "d": {"e": "f", 7: True}}


def test_map_when_nested_then_every_text_changes_and_nothing_else():
    assert trees.mapped(VALUE, str.upper) == {"a": ["B", ["C", 1, None]], "d": {"e": "F", 7: True}}
    assert VALUE["a"] == ["b", ("c", 1, None)]


def test_map_when_names_are_meant_too_then_they_change():
    assert trees.mapped({"a": {"b": "c", 7: "d"}}, str.upper, with_names=True) == {"A": {"B": "C", 7: "D"}}


@pytest.mark.parametrize("plain", [None, 3, 2.5, True, b"bytes"])
def test_map_when_there_is_no_text_then_the_same(plain):
    assert trees.mapped(plain, str.upper) is plain


def test_read_when_nested_then_texts_in_their_order():
    assert list(trees.texts(VALUE)) == ["b", "c", "f"]
    assert list(trees.texts(5)) == []
