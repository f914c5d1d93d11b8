"""The words of the demo, read from the data files beside this module."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).with_name("content")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a user says when asked whether it is settled."""

    score: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """One matter that users bring up, in several wordings, with everything said until it is settled."""

    key: str
    lang: str
    via: tuple[str, ...]
    product: str
    kind: str
    category: str
    mood: str
    subject: str
    texts: tuple[str, ...]
    resolution: str
    replies: tuple[str, ...]
    settled: tuple[Answer, ...]
    followups: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unsettled: tuple[Answer, ...] = ()
    workaround: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff."""

    username: str
    zh: str
    en: str
    role: str
    teams: tuple[str, ...]
    langs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team with the lines and products that it serves; "*" means all."""

    key: str
    zh: str
    en: str
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineRow:
    key: str
    zh: str
    en: str
    owner: str


@dataclass(frozen=True, slots=True)
class ProductRow:
    key: str
    line: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category of the help centre."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A person whom the company serves; `call` is how an agent addresses them."""

    name: str
    lang: str
    call: str
    city: str
    tier: str
    registered: date
    phone: str = ""
    email: str = ""
    handle: str = ""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One language of one help article."""

    id: str
    lang: str
    title: str
    category: str
    product: str
    visibility: str
    questions: tuple[str, ...]
    body: str


@cache
def scripts() -> tuple[Script, ...]:
    """All matters, by file and place."""
    rows = [row for path in sorted(FOLDER.glob("voices/*.toml")) for row in _toml(path)["voice"]]
    return msgspec.convert(rows, tuple[Script, ...])


@cache
def lines() -> tuple[LineRow, ...]:
    return msgspec.convert(_toml(FOLDER / "company.toml")["line"], tuple[LineRow, ...])


@cache
def products() -> tuple[ProductRow, ...]:
    return msgspec.convert(_toml(FOLDER / "company.toml")["product"], tuple[ProductRow, ...])


@cache
def shelves() -> tuple[Shelf, ...]:
    return msgspec.convert(_toml(FOLDER / "company.toml")["shelf"], tuple[Shelf, ...])


@cache
def teams() -> tuple[TeamRow, ...]:
    return msgspec.convert(_toml(FOLDER / "people.toml")["team"], tuple[TeamRow, ...])


@cache
def members() -> tuple[Member, ...]:
    return msgspec.convert(_toml(FOLDER / "people.toml")["person"], tuple[Member, ...])


@cache
def customers() -> tuple[Customer, ...]:
    return msgspec.convert(_toml(FOLDER / "contacts.toml")["contact"], tuple[Customer, ...])


@cache
def phrases() -> Mapping[str, Any]:
    """Slot values and small talk, by language."""
    return _toml(FOLDER / "phrases.toml")


@cache
def articles() -> tuple[ArticleText, ...]:
    """Every language of every article, by file name."""
    return tuple(_article(path) for path in sorted(FOLDER.glob("articles/*.md")))


@cache
def title_of(article: str, lang: str) -> str:
    """What an article is called in one language."""
    return next(each.title for each in articles() if (each.id, each.lang) == (article, lang))


def team_of(product: str) -> str:
    """The first team that names the product or its line."""
    line = next(row.line for row in products() if row.key == product)
    return next(team.key for team in teams() if not {product, line}.isdisjoint(team.products))


def _article(path: Path) -> ArticleText:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    pairs = (line.partition(": ") for line in head.splitlines())
    fields: dict[str, Any] = {name.rstrip(":"): value for name, _, value in pairs}
    return ArticleText(
        **{**fields, "questions": tuple(json.loads(fields["questions"]))}, body=body.strip() + "\n"
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
