"""Events are facts: frozen, scalar, named in the past tense under the noun that they are about."""

import dataclasses
import re
import types
import typing
from datetime import date, datetime
from uuid import UUID

from huiyin.core import journal
from tests.architecture import source

SCALARS = {str, int, float, bool, UUID, datetime, date, type(None)}
WIRE_NAME = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


def our_events() -> list[type[journal.Event]]:
    """The events of the product; those that tests declare for themselves are left out."""
    return [event for event in journal.events.values() if ".tests." not in event.__module__]


def leaves(kind: object) -> set[object]:
    """The plain types that a field may hold: `tuple[str, ...] | None` holds str and None."""
    if typing.get_origin(kind) in {types.UnionType, typing.Union, tuple, list}:
        return set().union(*(leaves(part) for part in typing.get_args(kind) if part is not Ellipsis))
    return {kind}


def test_events_are_frozen() -> None:
    loose = [e.__name__ for e in our_events() if not e.__dataclass_params__.frozen]
    source.expect_none(loose)


def test_events_carry_scalars_only() -> None:
    faults = [
        f"{event.__name__}.{field.name}"
        for event in our_events()
        for field in dataclasses.fields(event)
        if leaves(typing.get_type_hints(event)[field.name]) - SCALARS
    ]
    source.expect_none(faults)


def test_wire_names_are_a_noun_and_what_happened_to_it() -> None:
    source.expect_none([event.name for event in our_events() if not WIRE_NAME.fullmatch(event.name)])


def test_events_live_in_the_events_file_of_their_app() -> None:
    apart = [e.__module__ for e in our_events() if not re.search(r"\.events(\.|$)", e.__module__)]
    source.expect_none(apart)


def test_listeners_hear_their_own_app_and_those_below() -> None:
    faults = [
        f"{listener.name} hears {name}"
        for name, heard in journal.listeners.items()
        for listener in heard
        if name in journal.events and ".tests." not in listener.name
        if not source.may_use(listener.name.split(".")[1], journal.events[name].__module__.split(".")[1])
    ]
    source.expect_none(faults)
