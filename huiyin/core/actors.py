"""Who did it: the one shape in which services, journal and audit name a doer."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["user", "contact", "token", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A doer by scalar id, so that `core` never hears of users or contacts."""

    kind: Kind
    id: str = ""
    name: str = ""


SYSTEM = Actor("system", "", "Huiyin")
