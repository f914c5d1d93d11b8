"""What a fact is: a frozen dataclass under `Event`, known by its name. The journal keeps them, this file no table."""

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, Self

events: dict[str, type["Event"]] = {}


@dataclasses.dataclass(frozen=True)
class Event:
    """A fact about one subject. Fields are ids and scalars, because the row outlives every object.

    `is_act` says that somebody administers the house with it: such a fact stands in the audit chain too.
    """

    name: ClassVar[str]
    subject_kind: ClassVar[str]
    is_act: ClassVar[bool] = False

    subject: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            _register(cls)

    @property
    def topics(self) -> tuple[str, ...]:
        """The live topics whose pages this fact changes; an event may add its own to these two."""
        return (f"{self.subject_kind}:{self.subject}", self.subject_kind)

    @property
    def data(self) -> dict[str, Any]:
        """What goes into the row beside the subject."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "subject"}

    @classmethod
    def of_row(cls, subject: str, data: Mapping[str, Any]) -> Self:
        """The fact of a row again. Fields that yesterday's version did not write get their default, or None."""
        known = [f for f in dataclasses.fields(cls) if f.name != "subject"]
        values = {f.name: data.get(f.name, _default(f)) for f in known}
        return cls(subject=subject, **values)


def _register(cls: type[Event]) -> None:
    known = events.get(cls.name)
    if known and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
        raise TypeError(f"two events are called {cls.name}")
    events[cls.name] = cls


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return None if field.default is dataclasses.MISSING else field.default
