"""From where the present request comes, and who truly sits behind it: known at the door, wanted at every row."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Place:
    """Address and id of a request; `behind` is the person who looks through another's eyes."""

    address: str = ""
    request: str = ""
    behind: str = ""


NOWHERE = Place()
_place: ContextVar[Place] = ContextVar("place", default=NOWHERE)


def current() -> Place:
    return _place.get()


@contextlib.contextmanager
def seen_from(address: str, request: str) -> Iterator[None]:
    """Inside the block, what is recorded comes from this address and request."""
    token = _place.set(Place(address, request))
    try:
        yield
    finally:
        _place.reset(token)


@contextlib.contextmanager
def acting_for(person: str) -> Iterator[None]:
    """Inside the block, this person truly acts, whoever the actor seems to be."""
    token = _place.set(replace(_place.get(), behind=person))
    try:
        yield
    finally:
        _place.reset(token)
