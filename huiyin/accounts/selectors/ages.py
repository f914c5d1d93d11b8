"""What is asked about age: the year in which somebody under 14 turns 14, and nothing closer."""

from huiyin.core import clock

OF_AGE = 14


def years() -> range:
    """The years in which somebody who is under 14 today can turn 14."""
    this = clock.now().year
    return range(this, this + OF_AGE + 1)
