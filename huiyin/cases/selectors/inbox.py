"""The workspace's lists: filters, one page of rows with one query, and the counts of the views."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Contact, User
from huiyin.accounts.selectors.family import recognise
from huiyin.cases.models import CASES, Case, Mention, Priority, Status
from huiyin.cases.models.case import ACTIVE, PREFIX
from huiyin.cases.selectors.access import cases_for
from huiyin.core import clock, shroud
from huiyin.core.errors import Invalid
from huiyin.core.fields import open_all_sealed
from huiyin.core.paging import Page, cursor_page
from huiyin.voices.models import Kind, Source

SOON = timedelta(hours=1)
COUNTED = 1000
COLUMNS = (
    "number",
    "id",
    "subject",
    "preview",
    "status",
    "priority",
    "kind",
    "channel",
    "category",
    "sentiment",
    "owner_id",
    "team_id",
    "product_id",
    "contact_id",
    "contact__name",
    "contact__tier",
    "next_due_at",
    "next_due_kind",
    "is_breached",
    "reopened_count",
    "last_speaker",
    "opened_at",
    "last_activity_at",
    "version",
)

CONTACT, NAME = COLUMNS.index("contact_id"), COLUMNS.index("contact__name")


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; every field is text as it stands in the URL."""

    view: str = ""
    status: str = ""
    assignee: str = ""
    team: str = ""
    priority: str = ""
    category: str = ""
    product: str = ""
    kind: str = ""
    channel: str = ""
    tag: str = ""
    q: str = ""
    breaching: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Filters":
        """The known names among the values, trimmed."""
        return cls(**{f.name: values[f.name].strip()[:1000] for f in fields(cls) if values.get(f.name)})

    @property
    def chosen(self) -> dict[str, str]:
        """What is set beside the view, for chips and links."""
        return {f.name: value for f in fields(self) if f.name != "view" and (value := getattr(self, f.name))}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list, ready to be shown."""

    number: int
    id: UUID
    subject: str
    preview: str
    status: str
    priority: str
    kind: str
    channel: str
    category: str
    sentiment: str
    owner_id: UUID | None
    team_id: UUID
    product_id: UUID | None
    contact_id: UUID
    contact_name: str
    contact_tier: str
    next_due_at: datetime | None
    next_due_kind: str
    is_breached: bool
    reopened_count: int
    last_speaker: str
    opened_at: datetime
    last_activity_at: datetime
    version: int

    @property
    def reference(self) -> str:
        return f"{PREFIX}{self.number:06d}"

    @property
    def name(self) -> str:
        return shroud.name(self.contact_name) or _("Visitor")

    @property
    def owner_name(self) -> str:
        return str(people.directory().people.get(self.owner_id, "")) if self.owner_id else ""

    @property
    def due_at(self) -> datetime | None:
        return self.next_due_at

    @property
    def clock_status(self) -> str:
        """Whether time runs against us: a case that waits for its user stands still."""
        if self.next_due_at is None:
            return ""
        return "paused" if self.status == Status.PENDING_USER else "running"

    @property
    def at(self) -> datetime:
        return self.last_activity_at

    @property
    def unread(self) -> bool:
        """The user spoke last."""
        return self.last_speaker == "in"


SORTS: dict[str, tuple[str, ...]] = {
    "newest": ("-last_activity_at", "-number"),
    "due": ("next_due_at", "number"),
    "oldest": ("opened_at", "number"),
}
VIEWS = ("mine", "unassigned", "mentioned", "soon", "breached", "open", "waiting", "solved", "all")


def filtered(user: User, filters: Filters) -> QuerySet[Case]:
    """The cases of a list, unordered. Refuses values that no list knows."""
    cases = cases_for(user)
    if filters.view:
        cases = cases.filter(_view(user, filters.view))
    cases = _by_choice(cases, "status", filters.status, Status.values)
    cases = _by_choice(cases, "priority", filters.priority, Priority.values)
    cases = _by_choice(cases, "kind", filters.kind, Kind.values)
    cases = _by_choice(cases, "channel", filters.channel, Source.values)
    if filters.assignee:
        cases = cases.filter(_assignee(user, filters.assignee))
    if filters.team:
        cases = cases.filter(team_id__in=_keys(people.directory().teams, filters.team, "team"))
    if filters.product:
        cases = cases.filter(product_id__in=_keys(people.directory().products, filters.product, "product"))
    if filters.category:
        cases = cases.filter(category__in=filters.category.split(","))
    if filters.breaching:
        cases = cases.filter(_view(user, "soon") | _view(user, "breached"))
    if filters.q and shroud.words(filters.q) != filters.q:
        return cases.none()  # a guest who knows a number or a mailbox does not learn whose it is
    return CASES.matching(cases, filters.q, field="number") if filters.q else cases


def inbox_page(
    user: User, filters: Filters, *, sort: str = "newest", cursor: str = "", limit: int = 50
) -> Page:
    """One page of rows with one query whatever their number; by default the newest activity first."""
    if sort not in SORTS:
        raise Invalid("sort_unknown", _("There is no such order."), field="sort", known=list(SORTS))
    order = SORTS[sort]
    cases = filtered(user, filters)
    if sort == "due":
        cases = cases.filter(next_due_at__isnull=False)
    page = cursor_page(cases.values_list(*COLUMNS), order=order, cursor=cursor, limit=limit, key=_key(order))
    return Page(_rows(page.items), page.next)


def count_of(cases: QuerySet[Case]) -> str:
    """How many, for people: counting stops at a thousand, which nobody reads and a large house cannot afford."""
    found = cases.order_by()[: COUNTED + 1].count()
    return f"{COUNTED}+" if found > COUNTED else str(found)


def rows_of(cases: QuerySet[Case]) -> list[Row]:
    """Rows of a short list, in its own order."""
    return _rows(cases.values_list(*COLUMNS))


def row_of(case: Case) -> Row:
    """The one row of this case, as lists show it."""
    return rows_of(Case.objects.filter(number=case.number))[0]


def counts(user: User) -> dict[str, int]:
    """How many cases stand in each standing view, in one query."""
    wanted = {
        name: Count("number", filter=_view(user, name)) for name in VIEWS if name not in ("all", "mentioned")
    }
    found = cases_for(user).filter(ended_at=None).aggregate(**wanted)
    found["mentioned"] = Mention.objects.filter(user=user, seen_at=None).values("case_id").distinct().count()
    return found


def view_labels() -> dict[str, str]:
    """The standing views and their names, in order."""
    return {
        "mine": _("My cases"),
        "unassigned": _("Unassigned"),
        "mentioned": _("Mentioned"),
        "soon": _("Due soon"),
        "breached": _("Overdue"),
        "open": _("All open"),
        "waiting": _("Waiting"),
        "solved": _("To be confirmed"),
        "all": _("All cases"),
    }


def _view(user: User, name: str) -> Q:
    active = Q(status__in=ACTIVE, merged_into=None)
    now = clock.now()
    views = {
        "mine": active & Q(owner_id=user.id),
        "unassigned": active & Q(owner=None),
        "mentioned": Q(number__in=Mention.objects.filter(user=user, seen_at=None).values("case_id")),
        "soon": active & Q(next_due_at__gt=now, next_due_at__lte=now + SOON),
        "breached": active & (Q(is_breached=True) | Q(next_due_at__lte=now)),
        "open": active,
        "waiting": Q(status__in=(Status.PENDING_USER, Status.PENDING_THIRD_PARTY), merged_into=None),
        "solved": Q(status=Status.SOLVED),
        "all": Q(),
    }
    if name not in views:
        raise Invalid("view_unknown", _("There is no such view."), field="view", known=list(views))
    return views[name]


def _by_choice(cases: QuerySet[Case], field: str, wanted: str, known: Iterable[str]) -> QuerySet[Case]:
    if not wanted:
        return cases
    values = wanted.split(",")
    if not set(values) <= set(known):
        raise Invalid("filter_unknown", _("There is no such value."), field=field, known=list(known))
    return cases.filter(**{f"{field}__in": values})


def _assignee(user: User, wanted: str) -> Q:
    if wanted == "none":
        return Q(owner=None)
    if wanted == "me":
        return Q(owner_id=user.id)
    found = [
        key for key, person in people.directory().people.items() if wanted in (person.username, str(key))
    ]
    if not found:
        raise Invalid("filter_unknown", _("There is no such person."), field="assignee")
    return Q(owner_id__in=found)


def _keys(known: Mapping[UUID, Any], wanted: str, field: str) -> list[UUID]:
    names = set(wanted.split(","))
    found = [key for key, each in known.items() if each.key in names]
    if len(found) != len(names):
        raise Invalid("filter_unknown", _("There is no such value."), field=field)
    return found


def _rows(found: Iterable[tuple[Any, ...]]) -> list[Row]:
    rows = list(found)
    names = open_all_sealed(Contact, "name", [(values[CONTACT], values[NAME]) for values in rows])
    opened = zip(rows, names, strict=True)
    made = [Row(*(*values[:NAME], name, *values[NAME + 1 :])) for values, name in opened]
    if not shroud.is_drawn():
        return made
    recognise(row.contact_id for row in made)
    return [_for_guests(row) for row in made]


def _for_guests(row: Row) -> Row:
    return replace(row, subject=shroud.words(row.subject), preview=shroud.words(row.preview))


def _key(order: tuple[str, ...]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    places = [COLUMNS.index(name.lstrip("-")) for name in order]
    return lambda values: tuple(values[place] for place in places)
