"""A breaker around calls to another system: after so many failures in a row nothing is asked for a while.

pybreaker does the counting. It brings the whole client of Redis with it, so it is loaded with the first breaker.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Shut(Exception):
    """Nothing more is asked for now. The cause is the last failure, where this very call was it."""


class Breaker:
    """Shut for `seconds` after `failures` in a row; then one call may try."""

    def __init__(self, *, failures: int, seconds: float) -> None:
        import pybreaker

        self._counted = pybreaker.CircuitBreaker(fail_max=failures, reset_timeout=seconds)
        self._open, self._refused = pybreaker.STATE_OPEN, pybreaker.CircuitBreakerError

    @property
    def is_shut(self) -> bool:
        return bool(self._counted.current_state == self._open)

    def call(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `work` answers. Raises Shut, and whatever `work` raises."""
        try:
            answer: R = self._counted.call(work, *args, **kwargs)
        except self._refused as refused:
            raise Shut from (refused.__cause__ or refused.__context__)
        return answer
