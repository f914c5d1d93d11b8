"""Variables in texts, `{{contact.name}}`: a closed list of names, put in by one pass in which nothing is evaluated."""

import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

VARIABLES = (
    "contact.name",
    "case.number",
    "case.subject",
    "agent.name",
    "team.name",
    "product",
    "due",
)
PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def names_in(text: str) -> list[str]:
    """The names between double braces, in order, each once."""
    return list(dict.fromkeys(found.strip() for found in PLACE.findall(text)))


def unknown_in(texts: Iterable[str]) -> list[str]:
    """Those names that nobody fills."""
    return [name for text in texts for name in names_in(text) if name not in VARIABLES]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled; a value is never read as a variable again."""
    return PLACE.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def plain(text: str) -> str:
    """Somebody else's words on one line, their marks kept from becoming links or headings."""
    return MARKS.sub(r"\\\1", " ".join(text.split()))


def labels() -> dict[str, str]:
    """What each variable stands for."""
    return {
        "contact.name": _("name of the user"),
        "case.number": _("number of the case"),
        "case.subject": _("subject of the case"),
        "agent.name": _("who writes"),
        "team.name": _("team of the case"),
        "product": _("product"),
        "due": _("by when we answer"),
    }
