"""Confidence in two curves: is there an answer, and is this it? Fitted on generated sights, read from any age."""

import random

import pytest

from huiyin.assistant.ranking import features, fitting, ranker
from huiyin.assistant.ranking.fitting import Sight
from huiyin.assistant.ranking.ranker import Weights
from huiyin.language.classify.figures import calibration_error

pytestmark = pytest.mark.dry

NOTHING = (0.0,) * len(features.STANDING)
BLANK = Weights((1.0, 1.0, 1.0, 1.0), NOTHING, 0.0)


def sights(count: int, seed: int) -> list[Sight]:
    """The first sign says how likely any article answers, the second how likely the best one is it if any."""
    chance, found = random.Random(seed), []
    for _number in range(count):
        there, sure = chance.random(), chance.random()
        is_answerable = chance.random() < there
        standing = (4 * there - 2, 4 * sure - 2, *NOTHING[2:])
        found.append(Sight(standing, is_answerable and chance.random() < sure, is_answerable))
    return found


def told(weights: Weights, rows: list[Sight]) -> list[tuple[float, bool]]:
    return [(ranker.sure(row.standing, weights), row.right) for row in rows]


def test_fit_confidence_learns_both_curves_and_is_calibrated_on_rows_it_did_not_see() -> None:
    fitted = fitting.fit_confidence(sights(3_000, 1), BLANK)
    assert fitted.there[0] > 5 * abs(fitted.there[1])
    assert fitted.sure[1] > 5 * abs(fitted.sure[0])
    assert calibration_error(told(fitted, sights(3_000, 2))) < 0.04


def test_fit_confidence_when_nothing_was_answerable_then_only_that_curve_moves() -> None:
    rows = [Sight((1.0, *NOTHING[1:]), right=False, is_answerable=False) for _number in range(20)]
    fitted = fitting.fit_confidence(rows, BLANK)
    assert (fitted.sure, fitted.bias) == (BLANK.sure, BLANK.bias)
    assert told(fitted, rows)[0][0] < 0.05


def test_from_json_when_written_before_there_were_two_curves_then_the_one_counts() -> None:
    old = {"words": {"rank": [1, 1, 1, 1], "sure": list(NOTHING), "bias": 0.0}}
    assert ranker.sure(NOTHING, ranker.from_json("old", old).weights["words"]) == 0.5


def test_from_json_is_the_inverse_of_as_json() -> None:
    shipped = ranker.shipped()
    assert ranker.from_json(shipped.name, shipped.as_json()).weights == shipped.weights
    assert all(weights.there for weights in shipped.weights.values())
