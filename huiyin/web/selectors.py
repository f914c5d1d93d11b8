"""Reads that mix nouns: the day at a glance, and how the promise stands in public."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.assistant.selectors import flows
from huiyin.cases import selectors as cases
from huiyin.cases.models import Case
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.selectors.inbox import counts, rows_of
from huiyin.core import clock, i18n
from huiyin.knowledge import selectors as knowledge

SHOWN = 6
LATE_SHOWN = 50
FLOWS = 6


def home(user: User) -> dict[str, Any]:
    """What waits for this person now; every figure is a link to its cases."""
    found = counts(user)
    mine = cases.cases_for(user).filter(owner=user, status__in=ACTIVE, merged_into=None)
    past = cases.past_promise(user)
    return {
        "greeting_name": str(user),
        "figures": _figures(found),
        "past_promise": _lines(past[:SHOWN]),
        "past_promise_total": past.count(),
        "next_due": _lines(mine.filter(next_due_at__gt=clock.now()).order_by("next_due_at")[:SHOWN]),
        "reopened": _lines(mine.filter(reopened_count__gt=0).order_by("-last_activity_at")[:SHOWN]),
    }


def help_home() -> dict[str, Any]:
    """Shelves of the knowledge base with their articles counted, those that helped most, and guided flows."""
    shelves = knowledge.categories_for(None)
    return {
        "categories": [
            {"title": s.title, "text": "", "url": s.url, "icon": s.icon, "count": s.count} for s in shelves
        ],
        "popular": [{"title": e.title, "url": e.url} for e in knowledge.popular(None, lang=i18n.short())],
        "flows": flows.offered(i18n.short())[:FLOWS],
        "q": "",
    }


def promises() -> dict[str, Any]:
    """How the promise stands, for everybody: figures, the late ones without any personal word, each line."""
    figures = cases.promise_figures()
    late = cases.late_cases()
    share = figures.kept_share
    return {
        "figures": {
            "open": figures.open,
            "past": figures.past,
            "kept": figures.kept,
            "total": figures.kept + figures.missed,
            "share": round(share * 100) if share is not None else None,
            "oldest_at": late[0].next_due_at if late else None,
        },
        "late": [_late(case) for case in late[:LATE_SHOWN]],
        "lines": _by_line(),
        "as_of": clock.now(),
        "days": 30,
    }


def _figures(found: dict[str, int]) -> list[dict[str, Any]]:
    named = [
        ("mine", _("My cases"), "", "inbox"),
        ("unassigned", _("Unassigned"), "", "user-question"),
        ("soon", _("Due soon"), "warning", "clock-hour-4"),
        ("breached", _("Overdue"), "breach", "alert-triangle"),
    ]
    here = reverse("case_list")
    return [
        {"label": label, "value": found.get(key, 0), "url": f"{here}?view={key}", "tone": tone, "icon": icon}
        for key, label, tone, icon in named
    ]


def _lines(found: Any) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "reference": row.reference,
            "subject": row.subject,
            "name": row.name,
            "due_at": row.next_due_at,
            "owner_name": row.owner_name,
            "url": reverse("case_detail", args=[row.number]),
        }
        for row in rows_of(found)
    ]


def _late(case: Case) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "kind": case.kind,
        "line_name": case.product.line.name if case.product else "",
        "channel": case.channel,
        "since": case.opened_at,
        "due_at": case.next_due_at,
        "owner_known": case.owner_id is not None,
    }


def _by_line() -> list[dict[str, Any]]:
    late = Q(is_breached=True) | Q(next_due_at__lte=clock.now())
    active = Case.objects.filter(status__in=ACTIVE, merged_into=None)
    rows = active.values("product__line").annotate(open=Count("number"), past=Count("number", filter=late))
    lines = people.directory().lines
    return [
        {
            "name": lines[row["product__line"]].name if row["product__line"] else _("Everything else"),
            "open": row["open"],
            "past": row["past"],
            "share": round(100 * (row["open"] - row["past"]) / row["open"]),
        }
        for row in rows.order_by("-open")
    ]
