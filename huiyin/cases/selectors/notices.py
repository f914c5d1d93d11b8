"""What the bell tells one person: the newest facts that concern them, and how many are unread."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.cases import words
from huiyin.cases.models import Notice
from huiyin.cases.selectors.access import cases_for
from huiyin.core import shroud
from huiyin.core.paging import Page, cursor_page

SHOWN = 8
COUNTED = 99


@dataclass(frozen=True, slots=True)
class Thing:
    """What a notice is about, beside cases: its name and where it is read of."""

    name: str
    url: str


Things = Mapping[str, Thing]
_describers: dict[str, Callable[[Collection[str]], Things]] = {}


def describe(subject_kind: str, things: Callable[[Collection[str]], Things]) -> None:
    """An app above tells what its subjects are called and where they stand; one that is gone is left out."""
    _describers[subject_kind] = things


def notices_for(user: User) -> QuerySet[Notice]:
    """Notices of this person about cases that they may see now, and about no case."""
    return Notice.objects.filter(Q(case__in=cases_for(user)) | Q(case=None), user=user)


def unread_count(user: User) -> int:
    """Unread ones, at most a hundred: nobody reads a larger figure."""
    return len(notices_for(user).filter(read_at=None).values_list("id", flat=True)[: COUNTED + 1])


def newest_notices(user: User) -> list[dict[str, Any]]:
    """Those that the bell shows, unread or not."""
    rows = notices_for(user).select_related("case", "entry").order_by("-at", "-id")
    return _all_told(rows[:SHOWN])


def notice_page(user: User, *, cursor: str = "", unread: bool = False) -> Page:
    """One page of all of them, the newest first."""
    rows = notices_for(user).select_related("case", "entry")
    page = cursor_page(rows.filter(read_at=None) if unread else rows, order=("-at", "-id"), cursor=cursor)
    return Page(_all_told(page.items), page.next)


def _all_told(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    """The notices in words; one query more for each kind of thing that is no case."""
    rows = list(notices)
    keys: dict[str, set[str]] = {}
    for notice in rows:
        if notice.case is None:
            keys.setdefault(notice.entry.subject_kind, set()).add(notice.entry.subject)
    things = {kind: _describers[kind](found) for kind, found in keys.items() if kind in _describers}
    return [_told(notice, things.get(notice.entry.subject_kind, {})) for notice in rows]


def _told(notice: Notice, things: Things) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "text": _sentence(notice),
        "icon": "at" if notice.kind == Notice.Kind.MENTIONED else words.ICONS.get(notice.entry.name, "bell"),
        **_about(notice, things),
        "at": notice.at,
        "is_read": notice.read_at is not None,
    }


def _about(notice: Notice, things: Things) -> dict[str, str]:
    case = notice.case
    if case is not None:
        url = reverse("case_detail", args=[case.number])
        return {"reference": case.reference, "subject": shroud.words(case.subject), "url": url}
    thing = things.get(notice.entry.subject) or Thing("", reverse("notice_list"))
    return {"reference": "", "subject": shroud.words(thing.name), "url": thing.url}


def _sentence(notice: Notice) -> str:
    """Who did what, as it concerns the reader."""
    entry = notice.entry
    name = _name(entry.actor_kind, entry.actor_id)
    if notice.kind == Notice.Kind.MENTIONED:
        return _("%(name)s mentioned you") % {"name": name or _("Somebody")}
    if notice.kind == Notice.Kind.ASSIGNED:
        return _("%(name)s gave you a case") % {"name": name} if name else _("A case was given to you")
    told = SAID.get(entry.name)
    text = told() if told else words.for_staff(entry.name, entry.data)
    return _("%(name)s: %(value)s") % {"name": name, "value": text} if name else text


SAID = {
    "case.replied": lambda: _("replied to the user"),
    "case.voiced": lambda: _("the user wrote again"),
    "case.noted": lambda: _("wrote an internal note"),
}


def _name(kind: str, key: str) -> str:
    if kind != "user":
        return ""
    return next((str(user) for user in people.directory().people.values() if str(user.id) == key), "")
