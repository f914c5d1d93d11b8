"""The time of day, in UTC; frozen by tests and by the demo story, never by product code."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


@contextlib.contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Inside the block, `now()` answers `at`."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)
