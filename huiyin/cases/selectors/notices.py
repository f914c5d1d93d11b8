"""What the bell tells one person: the newest facts that concern them, and how many are unread."""

from typing import Any

from django.db.models import QuerySet
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


def notices_for(user: User) -> QuerySet[Notice]:
    """Notices of this person about cases that they may see now."""
    return Notice.objects.filter(user=user, case__in=cases_for(user))


def unread_count(user: User) -> int:
    """Unread ones, at most a hundred: nobody reads a larger figure."""
    return len(notices_for(user).filter(read_at=None).values_list("id", flat=True)[: COUNTED + 1])


def newest_notices(user: User) -> list[dict[str, Any]]:
    """Those that the bell shows, unread or not."""
    rows = notices_for(user).select_related("case", "entry").order_by("-at", "-id")
    return [_told(notice) for notice in rows[:SHOWN]]


def notice_page(user: User, *, cursor: str = "", unread: bool = False) -> Page:
    """One page of all of them, the newest first."""
    rows = notices_for(user).select_related("case", "entry")
    page = cursor_page(rows.filter(read_at=None) if unread else rows, order=("-at", "-id"), cursor=cursor)
    return Page([_told(notice) for notice in page.items], page.next)


def _told(notice: Notice) -> dict[str, Any]:
    case = notice.case
    return {
        "id": notice.id,
        "kind": notice.kind,
        "text": _sentence(notice),
        "icon": "at" if notice.kind == Notice.Kind.MENTIONED else words.ICONS.get(notice.entry.name, "bell"),
        "reference": case.reference,
        "subject": shroud.words(case.subject),
        "url": reverse("case_detail", args=[case.number]),
        "at": notice.at,
        "is_read": notice.read_at is not None,
    }


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
