"""Who did it: the one shape in which services, journal and audit name a doer."""

from dataclasses import dataclass
from typing import Literal, NamedTuple
from uuid import UUID

Kind = Literal["user", "contact", "guardian", "token", "visitor", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A doer by scalar id, so that `core` never hears of users or contacts."""

    kind: Kind
    id: str = ""
    name: str = ""


SYSTEM = Actor("system", "", "Huiyin")


class Owner(NamedTuple):
    """What a mail or a text message belongs to, for its events, and the person whose key seals it."""

    kind: str = ""
    id: str = ""
    person: UUID | None = None


NOBODY = Owner()
