"""What the workspace's left panes show: views with counts, one list with its filters as chips, bulk choices."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.accounts.policies import HANDLERS
from huiyin.cases.models import Priority, Status
from huiyin.cases.selectors import inbox
from huiyin.cases.selectors.views import views_for
from huiyin.language import labels
from huiyin.voices.models import Kind, Source

ICONS = {
    "mine": "inbox",
    "unassigned": "user-question",
    "mentioned": "at",
    "soon": "clock-hour-4",
    "breached": "alert-triangle",
    "open": "list",
    "waiting": "hourglass",
    "solved": "circle-check",
    "all": "archive",
}
TONES = {"breached": "breach"}
DEFAULT_VIEW = "mine"


def views(user: User, params: Mapping[str, str]) -> list[dict[str, Any]]:
    """The standing views with counts, then the saved ones."""
    found = inbox.counts(user)
    query = filter_query(params)
    standing = [
        {
            "key": key,
            "label": label,
            "icon": ICONS[key],
            "url": f"{reverse('case_list')}?view={key}",
            "count": found.get(key),
            "current": query == f"view={key}",
            "tone": TONES.get(key, ""),
            "id": None,
            "can_delete": False,
        }
        for key, label in inbox.view_labels().items()
    ]
    saved = [
        {
            "key": str(view.id),
            "label": view.name,
            "icon": "bookmark",
            "url": f"{reverse('case_list')}?{view.query}",
            "count": None,
            "current": query == view.query,
            "tone": "",
            "id": view.id,
            "can_delete": view.user_id == user.id,
        }
        for view in views_for(user)
    ]
    return standing + saved


def listing(user: User, params: Mapping[str, str]) -> dict[str, Any]:
    """One page of the list that the URL asks for, with everything needed to change it."""
    filters = filters_of(params)
    sort = params.get("sort") or preferred_sort(user)
    page = inbox.inbox_page(user, filters, sort=sort, cursor=params.get("cursor", ""))
    query = filter_query(params)
    here = reverse("case_list")
    following = urlencode({**dict(_pairs(query)), "cursor": page.next}) if page.next else ""
    return {
        "title": _title(filters),
        "count": inbox.count_of(inbox.filtered(user, filters)),
        "rows": page.items,
        "next_url": f"{here}?{following}" if following else "",
        "first_url": f"{here}?{query}",
        "query": query,
        "search": filters.q,
        "sort": sort,
        "sorts": [
            {"key": key, "label": label, "current": key == sort} for key, label in sort_labels().items()
        ],
        "parts": row_parts(user),
        "filters": _chips(filters, query),
        "choices": _choices(filters),
        "is_filtered": bool(filters.chosen),
    }


def preferred_sort(user: User) -> str:
    """The order that this person chose last, as long as there is such an order."""
    wanted = user.preferences.get("sort", "")
    return wanted if wanted in inbox.SORTS else "newest"


def row_parts(user: User) -> list[dict[str, Any]]:
    """What a row can show beside name and subject, and what this person wants to see of it."""
    shown = user.preferences.get("columns")
    return [
        {"key": key, "label": label, "is_shown": not isinstance(shown, list) or key in shown}
        for key, label in part_labels().items()
    ]


def part_labels() -> dict[str, str]:
    return {
        "preview": _("First words"),
        "channel": _("Channel"),
        "priority": _("Priority"),
        "owner": _("Owner"),
        "clock": _("Deadline"),
    }


def bulk(user: User) -> dict[str, Any] | None:
    """Whom and what selected cases can be given, for those who handle cases."""
    if HANDLERS.isdisjoint(user.roles):
        return None
    return {
        "owners": handlers(),
        "teams": [{"id": team.key, "name": team.name} for team in people.directory().teams.values()],
        "priorities": Priority.choices,
    }


def handlers() -> list[dict[str, Any]]:
    """Everybody who may own a case, by name."""
    directory = people.directory()
    here = [(key, user) for key, user in directory.people.items() if user.is_active]
    able = [user for key, user in here if not HANDLERS.isdisjoint(directory.roles[key])]
    return sorted(({"id": str(u.id), "name": str(u)} for u in able), key=lambda each: each["name"])


def filters_of(params: Mapping[str, str]) -> inbox.Filters:
    """The list's filters; `owner` in a URL is the assignee, and nothing at all means my own cases."""
    values = dict(params.items())
    if "owner" in values:
        values["assignee"] = values.pop("owner")
    filters = inbox.Filters.of(values)
    return filters if filters.view or filters.chosen else inbox.Filters(view=DEFAULT_VIEW)


def filter_query(params: Mapping[str, str]) -> str:
    """The URL's filters in one order, for links and saved views."""
    known = {*inbox.Filters.__dataclass_fields__, "sort"}
    values = {("assignee" if key == "owner" else key): value for key, value in params.items() if value}
    kept = sorted((key, value) for key, value in values.items() if key in known)
    return urlencode(kept) or f"view={DEFAULT_VIEW}"


def sort_labels() -> dict[str, str]:
    return {"newest": _("Newest activity"), "due": _("Due first"), "oldest": _("Oldest first")}


def _title(filters: inbox.Filters) -> str:
    labels = inbox.view_labels()
    if filters.q and not filters.view:
        return _("Found: %(words)s") % {"words": filters.q}
    return labels.get(filters.view, _("Cases"))


def _choices(filters: inbox.Filters) -> list[dict[str, Any]]:
    directory = people.directory()
    named: list[tuple[str, str, list[tuple[Any, Any]]]] = [
        ("status", _("Status"), Status.choices),
        ("priority", _("Priority"), Priority.choices),
        ("kind", _("Kind"), Kind.choices),
        ("channel", _("Channel"), Source.choices),
        ("category", _("Category"), list(labels.names("category").items())),
        ("product", _("Product"), [(p.key, p.name) for p in directory.products.values()]),
        ("team", _("Team"), [(t.key, t.name) for t in directory.teams.values()]),
        ("assignee", _("Owner"), _owners()),
    ]
    return [
        {
            "name": name,
            "label": label,
            "options": [
                {"value": value, "label": text, "current": getattr(filters, name) == value}
                for value, text in options
            ],
        }
        for name, label, options in named
    ]


def _owners() -> list[tuple[str, str]]:
    return [("me", _("Me")), ("none", _("Nobody yet")), *((each["id"], each["name"]) for each in handlers())]


def _chips(filters: inbox.Filters, query: str) -> list[dict[str, str]]:
    labels = {
        choice["name"]: (choice["label"], {o["value"]: o["label"] for o in choice["options"]})
        for choice in _choices(filters)
    }
    chips = []
    for name, value in filters.chosen.items():
        label, options = labels.get(name, (_("Words"), {}))
        chips.append(
            {
                "label": _("%(name)s: %(value)s") % {"name": label, "value": options.get(value, value)},
                "remove_url": _link(query, **{name: ""}),
            }
        )
    return chips


def _link(query: str, **changes: str) -> str:
    values = {key: value for key, value in {**dict(_pairs(query)), **changes}.items() if value}
    return f"{reverse('case_list')}?{urlencode(values)}"


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)
