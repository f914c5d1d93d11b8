"""What is usual, by kind of day, and how unlikely more is."""

import math
from datetime import date, datetime, timedelta

import pytest

from huiyin.insights.baseline import History, Sort, hours_back, is_burst, tail

FIRST = date(2026, 9, 7)  # a Monday
HOLIDAY = date(2026, 9, 16)


def sort_of(day: date) -> Sort:
    if day == HOLIDAY:
        return Sort.HOLIDAY
    return Sort.FREE if day.weekday() > 4 else Sort.WORKING


def month(working: int = 24, free: int = 48, holiday: int = 96) -> History:
    """Three weeks of even days; each sort of day with its own number of voices."""
    days = tuple(FIRST + timedelta(days=each) for each in range(21))
    daily = {Sort.WORKING: working, Sort.FREE: free, Sort.HOLIDAY: holiday}
    return History(
        days, {(day, hour): daily[sort_of(day)] // 24 for day in days for hour in range(24)}, sort_of
    )


def test_usual_when_weekend_is_busy_then_by_its_own_kind_and_never_by_a_holiday() -> None:
    told = month()
    assert told.usual((date(2026, 10, 3), 9)) == 2.0
    assert told.usual((date(2026, 9, 30), 9)) == 1.0
    assert (
        told.usual((HOLIDAY, 9))
        == sum(24 if each.weekday() < 5 else 48 for each in told.days) / 24 / 21 + 3 / 21
    )


def test_expects_when_a_topic_is_a_tenth_then_a_tenth_of_those_hours() -> None:
    told = month(working=240, free=240, holiday=240)
    day = [(date(2026, 9, 29), hour) for hour in range(24)]
    assert told.expected(504, day) == pytest.approx(24.0, abs=0.1)
    assert told.expected(0, day) == pytest.approx(0.5 / 21, abs=1e-6)


def test_spread_when_days_swing_more_than_chance_then_above_one() -> None:
    told = month(working=240, free=240, holiday=240)
    even = dict.fromkeys(told.days, 5)
    swinging = {day: 15 if place % 3 == 0 else 0 for place, day in enumerate(told.days)}
    assert told.spread(even) == 1.0
    assert told.spread(swinging) > 5


@pytest.mark.parametrize(
    ("count", "mean", "spread", "chance"),
    [
        (0, 2.0, 1.0, 1.0),
        (5, 1.0, 1.0, 0.0036598),
        (5, 1.0, 2.0, 0.03125),
        (3, 0.0, 1.0, 0.0),
    ],
)
def test_tail_when_counted_then_as_the_tables_say(
    count: int, mean: float, spread: float, chance: float
) -> None:
    assert tail(count, mean, spread) == pytest.approx(chance, rel=1e-3)


def test_tail_when_compared_with_sampled_mixture_then_alike() -> None:
    """The negative binomial is a Poisson whose mean swings; at spread 1 it is the Poisson itself."""
    assert tail(12, 4.0, 1.0 + 1e-6) == pytest.approx(tail(12, 4.0), rel=1e-3)
    assert tail(12, 4.0, 3.0) > 10 * tail(12, 4.0)
    assert math.isclose(sum(tail(k, 2.0, 2.5) for k in range(1, 200)), 2.0, rel_tol=1e-6)


def test_hours_back_when_over_midnight_then_of_both_days() -> None:
    found = hours_back(datetime(2026, 9, 8, 1, 30), 3)
    assert found == [(date(2026, 9, 8), 1), (date(2026, 9, 8), 0), (date(2026, 9, 7), 23)]


@pytest.mark.parametrize(
    ("count", "mean", "chance", "told"),
    [(4, 0.1, 1e-9, False), (5, 0.1, 1e-9, True), (29, 10.0, 1e-9, False), (30, 10.0, 1e-3, False)],
)
def test_burst_when_enough_much_more_and_unlikely_then_told(
    count: int, mean: float, chance: float, told: bool
) -> None:
    assert is_burst(count, mean, chance) is told
