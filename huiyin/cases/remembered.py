"""The requests that a browser knows: the keys of its follow links, kept in its session, newest first."""

from typing import Protocol

KEYS = "followed"
MOST = 50


class Session(Protocol):
    """What we need of a session."""

    def get(self, name: str, default: list[str]) -> list[str]: ...

    def __setitem__(self, name: str, value: list[str]) -> None: ...


def keys(session: Session) -> list[str]:
    return session.get(KEYS, [])


def remember(session: Session, key: str) -> None:
    """Put the key first."""
    known = keys(session)
    if not known or known[0] != key:
        session[KEYS] = [key, *(each for each in known if each != key)][:MOST]
