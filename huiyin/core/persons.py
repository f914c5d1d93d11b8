"""What is held about people: which column holds what and why, and how each app hands it out and erases it.

An app declares its columns in `personal.py`, beside its models:

    HELD = {"Contact": {**of(IDENTITY, "name city"), **of(SERVICE, "language")}}

and registers one `Source` in `apps.ready()`. A column that reaches a person and is not declared, or a table
that no source covers, fails the build.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, BinaryIO
from uuid import UUID

from django.apps import apps
from django.db.models import Model, QuerySet

ERASED = "〔已应用户要求删除 · Erased at the user's request〕"


@dataclass(frozen=True, slots=True)
class Held:
    """What a column holds: its class, which has a retention rule and a legal ground, and its purpose."""

    kind: str
    purpose: str
    is_sensitive: bool = False


# Grounds that need nobody's word. Any other purpose of a column is one that people are asked for, by its key.
GROUNDS = frozenset({"service", "security", "work", "proof", "none"})

# Who somebody is and how to reach them; what they said; what we did about it; from where and with what.
IDENTITY = Held("identity", "service")
WORDS = Held("words", "service")
SERVICE = Held("service", "service")
CONTEXT = Held("context", "service")
# Who came in, when, with which proof; what staff did; what was agreed to; copies that machines need for a while.
SECURITY = Held("security", "security")
WORK = Held("work", "work")
CONSENT = Held("consent", "proof")
COPY = Held("copy", "service")
BIOMETRIC = Held("security", "security", is_sensitive=True)
# What was said, copied to learn from it: only while the person allows that.
LEARNT = Held("words", "analytics")
# That somebody is under 14, and who answers for them: sensitive by law.
MINOR = Held("consent", "proof", is_sensitive=True)
# Looked at, and not about a person: a key, a label of ours, a name of a thing.
THING = Held("thing", "none")


def of(held: Held, names: str) -> dict[str, Held]:
    """The same declaration for several columns, named between spaces."""
    return dict.fromkeys(names.split(), held)


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column of the installation."""

    model: type[Model]
    name: str
    held: Held

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.name}"


@dataclass(frozen=True, slots=True)
class Person:
    """One person as all apps know them: the contact whom we serve, and their account if they have one."""

    contact: UUID
    user: UUID | None = None

    @property
    def keys(self) -> set[UUID]:
        """The ids of this person, which are also the names of their keys."""
        return {key for key in (self.contact, self.user) if key}


@dataclass(slots=True)
class Parcel:
    """What a person gets of themself: rows by table, and files by name."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: list[tuple[str, Callable[[], BinaryIO]]] = field(default_factory=list)

    def add(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        self.tables.setdefault(table, []).extend(rows)

    def attach(self, name: str, opened: Callable[[], BinaryIO]) -> None:
        self.files.append((name, opened))


@dataclass(slots=True)
class Traces:
    """How a person can be recognised where no column points to them, and the keys that seal their data.

    `words` are names and addresses, `names` those of them that others may bear too, `texts` what they wrote, whole,
    `indexes` the blind indexes of the addresses. In a restored system the words no longer open: `is_blind` says
    that whatever may name the person has to go.
    """

    keys: set[UUID] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    indexes: set[str] = field(default_factory=set)
    is_blind: bool = False

    def is_theirs(self, address: str) -> bool:
        """Whether a letter to this address was a letter to them."""
        return address.strip().casefold() in {word.casefold() for word in self.words}

    def are_in(self, text: str) -> bool:
        return self.is_blind or any(mark in text for mark in (*self.ids, *self.words))


@dataclass(frozen=True, slots=True)
class Source:
    """One app's part: find traces, hand out, erase. Erasing twice is erasing once; it may be cut off anywhere."""

    app: str
    tables: frozenset[str]
    collect: Callable[[Person, Parcel], None]
    trace: Callable[[Person, Traces], None]
    erase: Callable[[Person, Traces], int]
    owes: Callable[[Person], list[str]] = lambda person: []


_sources: dict[str, Source] = {}


@dataclass(frozen=True, slots=True)
class Expiry:
    """What goes when one class of data has been kept long enough: `rows(before, held)` names it, sparing the held."""

    kind: str
    name: str
    rows: Callable[[datetime, frozenset[UUID]], "QuerySet[Any]"]
    remove: Callable[["QuerySet[Any]"], int]


expiries: dict[str, Expiry] = {}


def expire(kind: str, name: str, rows: Any, remove: Any) -> None:
    """An app tells what of it goes with a class of data."""
    expiries[name] = Expiry(kind, name, rows, remove)


Key = Callable[[str], UUID | None]
_doors: list[Key] = []
_owners: dict[str, Callable[[str], UUID | None]] = {}


def open_door(contact_of: Key) -> None:
    """An app that gives people without an account a key tells whose it is; a key that is void is nobody's."""
    _doors.append(contact_of)


def behind(key: str) -> UUID | None:
    """The contact whom a key lets in."""
    return next((found for door in _doors if (found := door(key))), None)


def tell_owner(subject_kind: str, contact_of: Callable[[str], UUID | None]) -> None:
    """The app that owns a kind of subject tells which contact a fact about it concerns."""
    _owners[subject_kind] = contact_of


def concerned(subject_kind: str, subject: str) -> UUID | None:
    """The contact whom a fact is about, if it is about one."""
    return _owners[subject_kind](subject) if subject_kind in _owners else None


_masked: dict[str, list[Callable[[list[Any]], None]]] = {}


def on_masked(table: str, refresh: Callable[[list[Any]], None]) -> None:
    """An app that copied words of a table renews its copies when somebody was taken out of those rows."""
    _masked.setdefault(table, []).append(refresh)


def say_masked(table: str, keys: list[Any]) -> None:
    """Somebody was taken out of these rows."""
    for refresh in _masked.get(table, []) if keys else ():
        refresh(keys)


heard: list[Callable[[datetime], "QuerySet[Any]"]] = []


def hear_of(contacts_since: Callable[[datetime], "QuerySet[Any]"]) -> None:
    """An app tells the ids of contacts of whom it heard since a moment."""
    heard.append(contacts_since)


def kinds_about_people() -> set[str]:
    """Kinds of subjects that concern a contact."""
    return set(_owners)


def register(source: Source) -> None:
    """Called by each app that holds something about people, in `apps.ready()`."""
    _sources[source.app] = source


def sources() -> list[Source]:
    """The sources of all apps, the top of the tower first: what points to a row is erased before the row."""
    order = [config.label for config in apps.get_app_configs()]
    return sorted(_sources.values(), key=lambda source: -order.index(source.app))


def columns() -> Iterator[Column]:
    """Every declared column that is about a person, in the order of the tower."""
    for app, tables in declarations().items():
        for model_name, held in tables.items():
            model = apps.get_model(model_name if "." in model_name else f"{app}.{model_name}")
            for name, what in held.items():
                if what is not THING:
                    yield Column(model, name, what)


def declarations() -> dict[str, dict[str, dict[str, Held]]]:
    """What each app declares. A model of another package is named with its label."""
    found = {}
    for config in apps.get_app_configs():
        if config.name.startswith("huiyin.") and find_spec(f"{config.name}.personal"):
            found[config.label] = import_module(f"{config.name}.personal").HELD
    return found
