"""Walks through JSON values: every text in them, to read or to change."""

from collections.abc import Callable, Iterator
from typing import Any

Change = Callable[[str], str]


def mapped(value: Any, change: Change, *, with_names: bool = False) -> Any:
    """The value with every text in it changed; names of members too when asked for, which are mostly ours."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        parts = {name: mapped(part, change, with_names=with_names) for name, part in value.items()}
        return {mapped(name, change): part for name, part in parts.items()} if with_names else parts
    if isinstance(value, list | tuple):
        return [mapped(part, change, with_names=with_names) for part in value]
    return value


def texts(value: Any) -> Iterator[str]:
    """Every text in the value, in its order; names of members are none of it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)
