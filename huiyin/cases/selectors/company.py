"""Who is at a case beside oneself, who watches it, and what was said since one began to write."""

from datetime import datetime
from typing import Any

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.cases import presence
from huiyin.cases.models import Case, Watcher
from huiyin.core import journal

SAID = ("case.replied", "case.voiced")


def others_at(case: Case, user: User) -> list[dict[str, Any]]:
    """Colleagues at the case, those who write first."""
    here = presence.present(case.number)
    found = [
        {"name": str(each), "is_writing": here[str(key)] == presence.WRITING}
        for key, each in people.directory().people.items()
        if str(key) in here and key != user.id
    ]
    return sorted(found, key=lambda each: (not each["is_writing"], each["name"]))


def newer_words(case: Case, user: User, since: datetime) -> dict[str, Any] | None:
    """The newest reply or message of somebody else since then, as a warning to who is still writing."""
    said = journal.entries_for("case", case.number).filter(name__in=SAID, at__gt=since)
    entry = said.exclude(actor_id=str(user.id)).last()
    if entry is None:
        return None
    by_user = entry.name == "case.voiced"
    name = str(people.directory().people.get(_uuid(entry.actor_id), "")) if not by_user else ""
    return {"by_user": by_user, "name": name, "at": entry.at, "message": entry.data.get("message", "")}


def watchers_of(case: Case) -> list[User]:
    """Who watches a case, by name."""
    rows = Watcher.objects.filter(case=case).select_related("user")
    return sorted((row.user for row in rows), key=str)


def _uuid(text: str) -> Any:
    return next((key for key in people.directory().people if str(key) == text), None)
