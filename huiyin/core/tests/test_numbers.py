"""Numbers as text."""

import pytest

from huiyin.core.numbers import whole


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("2147483647", 2_147_483_647)])
def test_whole_when_digits_then_the_number(text, number):
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", " 1", "-1", "1.0", "²", "１", "٣", "x", "2147483648", "9" * 5000])
def test_whole_when_anything_else_then_none(text):
    assert whole(text) is None


def test_whole_when_over_the_most_then_none():
    assert (whole("5", most=5), whole("6", most=5)) == (5, None)
