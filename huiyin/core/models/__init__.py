"""Tables of the floor, by noun."""

from huiyin.core.models.record import Record

__all__ = ["Record"]
