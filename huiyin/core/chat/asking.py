"""Asking within limits: a deadline over all attempts, a budget of retries over all calls, a breaker over all failures.

State is kept per process: each learns within five calls that a model is down, and asks none for half a minute.
"""

import threading
import time
from functools import lru_cache
from urllib.parse import urlsplit

import tenacity
from django.conf import settings

from huiyin.core.breaker import Breaker, Shut
from huiyin.core.chat import wire
from huiyin.core.chat.wire import ChatError, Completion, Endpoint, Question

FAILURES, SHUT_SECONDS = 5, 30.0
ATTEMPTS = 3
SHARE, SAVED = 0.1, 5.0  # one retry for ten calls, and at most five saved up: no storm when a model is down


class RetryBudget:
    """Every call pays in a tenth of a retry; a retry takes a whole one."""

    def __init__(self, *, share: float = SHARE, saved: float = SAVED) -> None:
        self._share, self._most, self._left = share, saved, saved
        self._lock = threading.Lock()

    def pay_in(self) -> None:
        with self._lock:
            self._left = min(self._most, self._left + self._share)

    def take(self) -> bool:
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True


class Model:
    """One language model, as this process reaches it."""

    def __init__(self, endpoint: Endpoint, *, seconds: float, shut_seconds: float = SHUT_SECONDS) -> None:
        self.endpoint, self.seconds = endpoint, seconds
        self._budget = RetryBudget()
        self._breaker = Breaker(failures=FAILURES, seconds=shut_seconds)

    @property
    def host(self) -> str:
        return urlsplit(self.endpoint.url).hostname or ""

    @property
    def is_shut(self) -> bool:
        """Is nothing asked for now, because the last calls all failed?"""
        return self._breaker.is_shut

    def ask(self, question: Question) -> Completion:
        """The model's answer. Raises ChatError: it is down, late, too busy, or says no."""
        try:
            return self._breaker.call(self._tried, question)
        except Shut as shut:
            raise (shut.__cause__ if isinstance(shut.__cause__, ChatError) else ChatError("shut")) from None

    def _tried(self, question: Question) -> Completion:
        deadline = time.monotonic() + self.seconds
        self._budget.pay_in()

        def may_retry(state: tenacity.RetryCallState) -> bool:
            problem = state.outcome.exception() if state.outcome else None
            if (
                not isinstance(problem, ChatError)
                or not problem.can_retry
                or state.attempt_number >= ATTEMPTS
            ):
                return False
            return time.monotonic() + _wait(state) < deadline and self._budget.take()

        retrying = tenacity.Retrying(retry=may_retry, wait=_wait, reraise=True)
        return retrying(
            lambda: wire.ask(self.endpoint, question, seconds=max(deadline - time.monotonic(), 0.01))
        )


def _wait(state: tenacity.RetryCallState) -> float:
    """As long as the server asks for, else a little longer each time."""
    problem = state.outcome.exception() if state.outcome else None
    asked = problem.wait if isinstance(problem, ChatError) else 0.0
    return max(asked, 0.1 * 2 ** (state.attempt_number - 1))


@lru_cache(maxsize=1)
def model() -> Model | None:
    """The model of this installation, if the operator named one."""
    env = settings.ENV
    if not env.llm_url:
        return None
    return Model(Endpoint(env.llm_url, env.llm_key, env.llm_model), seconds=float(env.llm_seconds))
