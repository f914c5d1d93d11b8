"""The undo in the toast: what an act changed is kept in the session for a minute, and put back by one press."""

import secrets
import time
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.cases import policies, selectors, services
from huiyin.cases.models import Case
from huiyin.core import toasts
from huiyin.core.access import requires
from huiyin.core.errors import Refusal
from huiyin.core.redirects import safe_next

KEPT = 5
SECONDS = 60
Before = tuple[Case, dict[str, Any]]


def offer(request: HttpRequest, text: str, acted: Sequence[Before], *, back: str = "") -> None:
    """Say what was done, and offer to take it back. `acted` holds each case after the act, and how it stood before."""
    changed = [
        {"number": case.number, "version": case.version, "before": before}
        for case, before in acted
        if services.standing(case) != before
    ]
    if not changed:
        return
    if any(services.standing(case)["sealed"] != before["sealed"] for case, before in acted):
        toasts.tell(request, text)
        return
    key = secrets.token_urlsafe(9)
    kept = dict(list(request.session.get("undo", {}).items())[1 - KEPT :])
    here = request.htmx.current_url_abs_path if request.htmx else ""  # type: ignore[attr-defined]
    kept[key] = {"at": time.time(), "back": back or here or "", "cases": changed}
    request.session["undo"] = kept
    toasts.tell(request, text, undo_url=reverse("case_undo", args=[key]))


@requires(policies.can_handle_cases)
@require_POST
def case_undo(request: HttpRequest, key: str) -> HttpResponse:
    """Take an act back, on every case on which nobody acted since. Pressed twice, it is done once."""
    kept = request.session.get("undo", {})
    act = kept.pop(key, None)
    request.session["undo"] = kept
    if act is None or time.time() - act["at"] > SECONDS:
        toasts.tell(request, _("This can no longer be taken back."), tone="breach")
        return redirect(safe_next(act["back"] if act else "", default=reverse("case_list")))
    refused = [reference for each in act["cases"] if (reference := _refused(request.user, each))]
    if refused:
        told = _("Not taken back, because somebody has acted since: %(cases)s")
        toasts.tell(request, told % {"cases": _(", ").join(refused)}, tone="breach")
    else:
        toasts.tell(request, _("Taken back."), tone="good")
    return redirect(safe_next(act["back"], default=reverse("case_list")))


def _refused(user: Any, each: dict[str, Any]) -> str:
    """Take one case back; answers its reference when that was refused."""
    case = selectors.case_for(user, each["number"])
    if not policies.can_handle(user, case):
        return case.reference
    try:
        services.take_back(case, each["before"], version=each["version"], by=user.actor)
    except Refusal:
        return case.reference
    return ""
