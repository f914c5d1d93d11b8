"""Loads the demo company into an empty database, once, in one transaction: all of it or nothing."""

import contextlib
import gc
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import BusinessLine, Contact, User
from huiyin.cases import services as cases
from huiyin.cases.models import Case
from huiyin.core import clock
from huiyin.core.errors import Conflict
from huiyin.core.models import JournalEntry
from huiyin.voices.models import RawInput, Voice
from huiyin.web.demo import company, content, guides, library, plot, tools
from huiyin.web.demo.stage import Stage

# Letters and digits that nobody mistakes for each other.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Loaded:
    """What a load has made; without a password nothing was made, because the demo stands already."""

    voices: int
    cases: int
    articles: int
    password: str = ""


def is_loaded() -> bool:
    """Whether this database holds the demo company."""
    keys = [row.key for row in content.lines()]
    return BusinessLine.objects.filter(key__in=keys).count() == len(keys)


def load(*, old: int = plot.OLD) -> Loaded:
    """Put the demo into an empty database and choose one password for its people, shown this once.

    `old` is how many matters lie behind the youngest hundred. A second run changes nothing. Refuses a
    database that holds anything of its own.
    """
    if is_loaded():
        return _counted()
    _refuse_strangers()
    password = new_password()
    now = clock.now()
    with transaction.atomic(), _rarely_collected():
        cases.install()
        cast = company.found(now, password=password)
        library.fill(cast, now)
        tools.fill()
        guides.fill()
        Stage(cast, until=now).play(plot.write(now, old=old))
        # Two months of listeners would send mail to people who do not exist.
        JournalEntry.objects.filter(dispatched=False).update(dispatched=True)
    return _counted(password)


def new_password() -> str:
    """Long enough to be safe on an open port, short enough to be typed."""
    groups = ("".join(secrets.choice(ALPHABET) for _place in range(4)) for _group in range(4))
    return "-".join(groups)


@contextlib.contextmanager
def _rarely_collected() -> Iterator[None]:
    """Collecting garbage over and over among a million living objects costs a tenth of the load."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _counted(password: str = "") -> Loaded:
    return Loaded(Voice.objects.count(), Case.objects.count(), library.size(), password)


def _refuse_strangers() -> None:
    for model in (User, BusinessLine, Contact, RawInput, Case):
        if model.objects.exists():
            raise Conflict(
                "database_in_use",
                _("This database is in use. The demo company is loaded into an empty one only."),
            )
