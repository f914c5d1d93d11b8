"""Words of the administration of staff: its tabs, and how a grant stands."""

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from huiyin.accounts import places, policies

register = template.Library()

TONES = {"in_force": "good", "soon": "warning", "expired": "", "revoked": ""}


@register.filter
def place_words(row: Any) -> str:
    """Where somebody came from, in the reader's language."""
    return places.told(row.address, row.place)


@register.simple_tag(takes_context=True)
def staff_tabs(context: template.Context) -> list[dict[str, Any]]:
    """The places of administration that the person may enter."""
    request = context["request"]
    tabs = [
        ("staff_people", _("Colleagues"), policies.can_administer),
        ("staff_rules", _("Limits"), policies.can_administer),
        ("staff_review", _("Review of rights"), policies.can_review_access),
        ("audit_log", _("Record of acts"), policies.can_read_audit),
        ("host_sites", _("Host sites"), policies.can_administer),
        ("oidc_apps", _("Apps of others"), policies.can_administer),
        ("jobs", _("Background work"), policies.can_administer),
        ("webhooks", _("Webhooks"), policies.can_administer),
    ]
    return [
        {"url": (url := reverse(name)), "label": label, "current": request.path.startswith(url)}
        for name, label, may in tabs
        if may(request.user)
    ]


@register.simple_tag
def grant_badge(state: str) -> dict[str, str]:
    """How a grant stands: the word and its tone."""
    words = {
        "in_force": _("In force"),
        "soon": _("Ends soon"),
        "expired": _("Ended"),
        "revoked": _("Taken away"),
    }
    return {"text": words.get(state, ""), "tone": TONES.get(state, "")}


@register.filter
def weekdays(days: str) -> str:
    """ISO weekday digits as words."""
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return " ".join(names[int(day) - 1] for day in days)


@register.filter
def actor_kind(kind: str) -> str:
    """Who it was when it was nobody with a name."""
    words = {"system": _("Huiyin"), "visitor": _("Visitor"), "contact": _("User"), "token": _("Program")}
    return words.get(kind, kind)


@register.filter
def second(at: datetime) -> str:
    """The exact second: 2026-11-22 18:05:09."""
    return localtime(at).strftime("%Y-%m-%d %H:%M:%S")
