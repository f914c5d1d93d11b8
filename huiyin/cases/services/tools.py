"""What scripts and macros have in common: whom they reach, who saw which version, taken away and put back."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import F
from django.utils.translation import gettext as _

from huiyin.accounts.models import BusinessLine, Team, User
from huiyin.cases import phrases
from huiyin.cases.models.tools import Kept
from huiyin.core import clock
from huiyin.core.errors import Conflict, Invalid

MAX_BODY = 20_000
Tool = TypeVar("Tool", bound=Kept)


@dataclass(frozen=True)
class Reach:
    """Who may use a tool: one person, a team, a business line, or with nothing set everybody."""

    owner: User | None = None
    team: Team | None = None
    line: BusinessLine | None = None

    def give(self, tool: Kept) -> None:
        tool.owner, tool.team, tool.line = self.owner, self.team, self.line


def hold(tool: Tool, *, version: int | None) -> Tool:
    """The row as it is now, locked. Refuses when the writer saw an older version."""
    held = type(tool)._default_manager.select_for_update().get(id=tool.id)
    if version is not None and version != held.version:
        raise Conflict(
            "tool_changed",
            _("Somebody changed this meanwhile. Your text is kept: look at both and save again."),
            current=held.version,
        )
    return held


def check_texts(texts: dict[str, str]) -> None:
    """Refuse texts that are all blank, too long, or speak of a variable that nobody fills. Keys are fields."""
    first = next(iter(texts))
    if not any(text.strip() for text in texts.values()):
        raise Invalid("text_missing", _("Please write it in at least one language."), field=first)
    for field, text in texts.items():
        if len(text) > MAX_BODY:
            raise Invalid("text_too_long", _("At most 20,000 characters, please."), field=field)
        if unknown := phrases.unknown_in([text]):
            known = _(", ").join(phrases.VARIABLES)
            message = _("There is no variable “%(name)s”. There are: %(known)s.")
            words = message % {"name": unknown[0], "known": known}
            raise Invalid("variable_unknown", words, field=field, known=list(phrases.VARIABLES))


def remove(tool: Kept) -> bool:
    """Out of sight, to be put back at any time. Answers whether it was there."""
    rows = type(tool)._default_manager.filter(id=tool.id, removed_at=None)
    return bool(rows.update(removed_at=clock.now()))


def put_back(tool: Kept) -> bool:
    rows = type(tool)._default_manager.filter(id=tool.id, removed_at__isnull=False)
    return bool(rows.update(removed_at=None))


def used(tool: Any) -> None:
    """One more use; the most used stand first."""
    type(tool)._default_manager.filter(id=tool.id).update(use_count=F("use_count") + 1, used_at=clock.now())
