"""Colleagues at one case: who is there now, what came while one wrote, who watches."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.views.decorators.http import require_POST

from huiyin.cases import policies, selectors, services
from huiyin.cases.views.desk import show
from huiyin.core.access import requires


@requires(policies.can_read_cases)
@require_POST
def case_presence(request: HttpRequest, number: str) -> HttpResponse:
    """A beat of an open page; answers who else is there, and what came since the writing began."""
    user: Any = request.user
    case = selectors.case_for(user, number)
    services.be_present(case, state=request.POST.get("state", ""), user=user)
    opened = _moment(request.POST.get("opened", ""))
    context = {
        "others": selectors.others_at(case, user),
        "newer": selectors.newer_words(case, user, opened) if opened else None,
    }
    return render(request, "cases/presence.html", context)


@requires(policies.can_read_cases)
@require_POST
def case_watching(request: HttpRequest, number: str) -> HttpResponse:
    user: Any = request.user
    case = selectors.case_for(user, number)
    if request.POST.get("watch") == "on":
        services.watch(case, user=user)
    else:
        services.unwatch(case, user=user)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("case_detail", number=case.number)
    return show(request, case)


def _moment(text: str) -> Any:
    """A time as the page was given it; anything else is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and is_aware(found) else None
