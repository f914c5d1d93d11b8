"""Scripts: answers that are given often, kept with variables and put into the composer of one case."""

import re
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.cases import events, selectors
from huiyin.cases.models import Case, Script
from huiyin.cases.services import tools
from huiyin.cases.services.tools import Reach
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid

SHORTCUT = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True)
class ScriptWords:
    """What somebody writes when they keep a script."""

    shortcut: str
    title: str
    body_zh: str = ""
    body_en: str = ""


@transaction.atomic
def keep_script(
    script: Script | None, words: ScriptWords, *, reach: Reach, version: int | None = None, by: Actor
) -> Script:
    """Write a script, or change one. Refuses a shortcut that is taken or has spaces, blank texts, variables that
    nobody fills, and a stale version. Events: script.kept.
    """
    _check(words)
    held = tools.hold(script, version=version) if script else Script(version=0)
    for name, value in asdict(words).items():
        setattr(held, name, value.strip())
    reach.give(held)
    held.version += 1
    held.changed_at = clock.now()
    _save(held)
    journal.publish(events.ScriptKept(subject=str(held.id), version=held.version), by=by)
    return held


@transaction.atomic
def remove_script(script: Script, *, by: Actor) -> None:
    """Take a script away; it can be put back. Twice is once. Events: script.removed."""
    if tools.remove(script):
        journal.publish(events.ScriptRemoved(subject=str(script.id)), by=by)


@transaction.atomic
def put_back_script(script: Script, *, by: Actor) -> None:
    """Undo a removal. Refuses when its shortcut has been given away meanwhile. Events: script.returned."""
    try:
        with transaction.atomic():
            back = tools.put_back(script)
    except IntegrityError as error:
        raise _taken() from error
    if back:
        journal.publish(events.ScriptReturned(subject=str(script.id)), by=by)


@transaction.atomic
def use_script(script: Script, case: Case, *, by: Actor) -> str:
    """The script filled for this case, in the language of its user; counted as one use. No event: nothing is sent."""
    text = selectors.filled(script, case, agent=by.name)
    tools.used(script)
    return text


def _check(words: ScriptWords) -> None:
    if not SHORTCUT.fullmatch(words.shortcut.strip()):
        message = _("A shortcut has 1 to 40 letters, digits or hyphens, without spaces.")
        raise Invalid("shortcut_invalid", message, field="shortcut")
    if not 0 < len(words.title.strip()) <= 80:
        raise Invalid("title_length", _("Between 1 and 80 characters, please."), field="title")
    tools.check_texts({"body_zh": words.body_zh, "body_en": words.body_en})


def _save(script: Script) -> None:
    try:
        with transaction.atomic():
            script.save()
    except IntegrityError as error:
        raise _taken() from error


def _taken() -> Invalid:
    return Invalid("shortcut_taken", _("Another script has this shortcut."), field="shortcut")
