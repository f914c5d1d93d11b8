"""Who is at the privacy centre: an account, the bearer of a key, a child's guardian; did they prove it just now?

What stands in the session is an id and a time, and both end.
"""

import time
from typing import Any
from uuid import UUID

WHO, PROVED, CODE, GUARDIAN = "privacy_who", "privacy_proved", "privacy_code", "privacy_guardian"
STAYS = 3600
PROVED_FOR = 900


Session = Any  # Django's, or a dictionary


def let_in(session: Session, contact: UUID) -> None:
    """The bearer of a key comes in for an hour. Whoever was here before has proved nothing for them."""
    session[WHO] = [str(contact), time.time() + STAYS]
    session.pop(PROVED, None)
    session.pop(GUARDIAN, None)


def let_guardian_in(session: Session, contact: UUID, guardianship: UUID) -> None:
    """Who answers for a child comes in for an hour in their place, whatever account this browser is signed in to."""
    let_in(session, contact)
    prove(session, contact)
    session[GUARDIAN] = str(guardianship)


def guardian(session: Session) -> UUID | None:
    """The request by which a guardian is here, for as long as they may stay."""
    found = session.get(GUARDIAN)
    return UUID(found) if found and who(session) else None


def who(session: Session) -> UUID | None:
    contact, until = session.get(WHO) or ("", 0)
    return UUID(contact) if time.time() < until else None


def prove(session: Session, contact: UUID) -> None:
    session[PROVED] = [str(contact), time.time() + PROVED_FOR]


def has_proved(session: Session, contact: UUID) -> bool:
    known, until = session.get(PROVED) or ("", 0)
    return known == str(contact) and time.time() < until


def remember_code(session: Session, code: UUID) -> None:
    session[CODE] = str(code)


def code_of(session: Session) -> UUID | None:
    found = session.get(CODE)
    return UUID(found) if found else None


def leave(session: Session) -> None:
    for name in (WHO, PROVED, CODE, GUARDIAN):
        session.pop(name, None)
