"""Reads of the audit chain for people: searched, with the names that its ids stand for."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from huiyin.accounts.models import User
from huiyin.core.audit import recording, sealing
from huiyin.core.models import AuditEntry

MOST_ROWS = 50_000  # of one export


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for; nothing looks for everything."""

    who: str = ""
    action: str = ""
    thing: str = ""
    result: str = ""
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def names(self) -> list[str]:
        """Which filters are set: what the record of the search itself keeps."""
        return [name for name in self.__dataclass_fields__ if getattr(self, name)]


def entries(search: Search) -> QuerySet[AuditEntry]:
    """Newest first, by `-row`."""
    found = AuditEntry.objects.all()
    if search.who:
        found = found.filter(actor_id__in=_ids_of(search.who)) | found.filter(
            behind_id__in=_ids_of(search.who)
        )
    if search.action:
        found = found.filter(action__startswith=search.action)
    if search.thing:
        kind, _colon, key = search.thing.partition(":")
        found = found.filter(object_kind=kind, object_id=key) if key else found.filter(object_id=kind)
    if search.result:
        found = found.filter(result=search.result)
    if search.address:
        found = found.filter(address=recording.pseudonym(search.address))
    if search.since:
        found = found.filter(at__gte=recording.stamp(search.since))
    if search.until:
        found = found.filter(at__lt=recording.stamp(search.until + timedelta(minutes=1)))
    return found


def rows_of(found: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """Entries with the names of the people in them, as far as they are still known."""
    listed = list(found)
    names = _names(key for entry in listed for key in (entry.actor_id, entry.behind_id))
    return [
        {
            "entry": entry,
            "at": sealing.moment(entry.at),
            "who": names.get(entry.actor_id, entry.actor_id[:8]),
            "behind": names.get(entry.behind_id, entry.behind_id[:8]),
            "detail": [(name, value) for name, value in json.loads(entry.detail).items() if value != ""],
        }
        for entry in listed
    ]


def actions() -> list[str]:
    """The words that occur, for the filter."""
    return sorted(AuditEntry.objects.order_by().values_list("action", flat=True).distinct())


def export_rows(search: Search) -> Iterator[tuple[Any, ...]]:
    """The entries as a table of ids: names are looked up on pages, not handed out in files."""
    columns = (
        *("seq", "at", "actor_kind", "actor_id", "behind_id", "action", "object_kind", "object_id"),
        *("result", "address", "request", "detail", "seal"),
    )
    yield from entries(search).order_by("-row").values_list(*columns)[:MOST_ROWS].iterator(chunk_size=1000)


EXPORTED = (
    *("seq", "at", "actor_kind", "actor", "behind", "action", "object_kind", "object"),
    *("result", "address", "request", "detail", "seal"),
)


def _ids_of(who: str) -> list[str]:
    """A user name, or an id as it stands."""
    found = User.objects.filter(username=who.strip().lower()).values_list("id", flat=True)
    return [str(key) for key in found] or [who.strip()]


def _names(keys: Iterable[str]) -> dict[str, str]:
    wanted = []
    for key in set(keys):
        try:
            wanted.append(UUID(key))
        except ValueError:
            continue
    return {str(user.id): str(user) for user in User.objects.filter(id__in=wanted)}
