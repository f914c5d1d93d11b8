"""Likeness to the phrasings of a help centre, also while some of them have no vector yet."""

import array
from math import sqrt

import pytest

from huiyin.assistant.ranking import ranker
from huiyin.assistant.ranking.index import USUAL, Asked, Index, Phrase

pytestmark = pytest.mark.dry

QUESTION = array.array("f", (1.0, 0.0)).tobytes()
MEAN, SPREAD = USUAL["quality"]


def at(cosine: float) -> bytes:
    """A vector that is so like the question's."""
    return array.array("f", (cosine, sqrt(1 - cosine * cosine))).tobytes()


def both(coarse: float, fine: float | None) -> dict[str, bytes]:
    return {"builtin": at(coarse), **({} if fine is None else {"quality": at(fine)})}


def likeness(*phrases: Phrase) -> list[float]:
    return [round(float(each), 2) for each in Index(phrases).likeness("quality", QUESTION)]


def test_likeness_is_of_the_nearest_phrasing_in_spreads_above_what_is_usual() -> None:
    told = likeness(
        Phrase("a", "one", vectors=both(0.1, MEAN + 2 * SPREAD)),
        Phrase("b", "two", vectors=both(0.1, MEAN - 3 * SPREAD)),
        Phrase("a", "three", vectors=both(0.1, MEAN - SPREAD)),
    )
    assert told == [2.0, -3.0]


def test_likeness_when_a_vector_is_still_to_come_then_it_counts_as_usual() -> None:
    told = likeness(
        Phrase("a", "one", vectors=both(0.1, None)),
        Phrase("b", "two", vectors=both(0.1, MEAN - 3 * SPREAD)),
        Phrase("b", "three", vectors=both(0.1, None)),
        Phrase("c", "four", vectors=both(0.1, MEAN + SPREAD)),
    )
    assert told == [0.0, 0.0, 1.0]


def test_scale_when_half_of_the_vectors_are_still_to_come_then_of_those_that_are_there() -> None:
    there = [Phrase(f"a{n:02}", "one", vectors=both(0.1, 0.8 + n / 1000)) for n in range(60)]
    coming = [Phrase(f"b{n:02}", "two", vectors=both(0.1, None)) for n in range(60)]
    assert Index([*there, *coming]).scales["quality"] == Index(there).scales["quality"] != USUAL["quality"]


def test_find_when_others_were_embedded_first_then_the_best_is_still_first() -> None:
    """Only those that have nothing to do with the question have been read by the better encoder so far."""
    phrases = [Phrase(f"other-{n}", f"会员等级说明{n}", vectors=both(0.16, MEAN)) for n in range(5)]
    right = Phrase("refund", "如何申请退款", vectors=both(0.9, None))
    asked = Asked("怎么申请退款", {"builtin": QUESTION, "quality": QUESTION})
    found = ranker.shipped().find(Index([*phrases, right]), asked)
    assert (found.mode, found.candidates[0].article) == ("both", "refund")
    assert found.candidates[0].score > 0.9
