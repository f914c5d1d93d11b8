"""A breaker lets a system that is down alone for a while."""

import time

import pytest

from huiyin.core.breaker import Breaker, Shut

pytestmark = pytest.mark.dry


def fails() -> None:
    raise OSError("away")


def test_call_when_it_failed_too_often_then_asks_no_more_until_its_rest_is_over():
    breaker = Breaker(failures=2, seconds=0.05)
    with pytest.raises(OSError, match="away"):
        breaker.call(fails)
    with pytest.raises(Shut) as last:
        breaker.call(fails)
    assert (str(last.value.__cause__), breaker.is_shut) == ("away", True)
    asked: list[int] = []
    with pytest.raises(Shut):
        breaker.call(asked.append, 1)
    time.sleep(0.1)
    breaker.call(asked.append, 2)
    assert (asked, breaker.is_shut) == ([2], False)
