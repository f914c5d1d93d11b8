"""Figures of answers against hand-counted ones."""

import pytest

from huiyin.assistant.ranking import measures
from huiyin.language.classify import figures

pytestmark = pytest.mark.dry

JUDGED = [(0.95, True), (0.91, True), (0.55, True), (0.55, False), (0.2, False)]


def test_share_tells_its_interval_and_nothing_of_no_rows() -> None:
    assert measures.share(8, 10) == measures.Share(0.8, 0.4902, 0.9433, 10)
    assert measures.share(0, 0) == measures.Share(0.0, 0.0, 1.0, 0)


def test_precision_and_share_answered_count_from_the_threshold_on() -> None:
    assert (measures.precision_at(JUDGED, 0.55).value, measures.precision_at(JUDGED, 0.55).rows) == (0.75, 4)
    assert measures.answered_at(JUDGED, 0.55) == 0.8


@pytest.mark.parametrize(("precision", "threshold"), [(0.95, 0.91), (0.75, 0.55), (0.6, 0.2), (1.0, 0.91)])
def test_threshold_for_takes_all_of_one_confidence_or_none(precision: float, threshold: float) -> None:
    assert measures.threshold_for(JUDGED, precision) == threshold


def test_threshold_for_when_no_confidence_reaches_it_then_none() -> None:
    assert measures.threshold_for([(0.9, False), (0.8, True)], 0.9) is None


def test_auroc_counts_ties_as_half_and_is_unknown_of_one_kind() -> None:
    assert measures.auroc([0.9, 0.5], [0.5, 0.1]) == 0.875
    assert measures.auroc([0.9], []) is None


def test_curve_and_its_error_weigh_bins_by_their_rows() -> None:
    assert [(round(each.confidence, 3), each.right, each.rows) for each in figures.curve(JUDGED)] == [
        (0.2, 0.0, 1),
        (0.55, 0.5, 2),
        (0.93, 1.0, 2),
    ]
    assert round(figures.calibration_error(JUDGED), 3) == round((0.2 + 2 * 0.05 + 2 * 0.07) / 5, 3)
    assert figures.calibration_error([]) == 0
