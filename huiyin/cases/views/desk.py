"""The workspace: list, one case, the counts of the views, a deadline explained."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases import policies, selectors, services
from huiyin.cases.models import Case
from huiyin.cases.selectors import clocks, detail, listing
from huiyin.core import clock as time
from huiyin.core import idempotency, markdown
from huiyin.core.access import requires
from huiyin.core.audit import reading
from huiyin.core.errors import NotFound

PARTIALS = {"timeline", "side", "detail"}


@requires(policies.can_read_cases)
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    context = panes(request)
    if request.htmx and request.GET.get("cursor"):  # type: ignore[attr-defined]
        return render(request, "cases/workspace.html#more", context)
    if request.htmx and request.htmx.target == "case-rows":  # type: ignore[attr-defined]
        return render(request, "cases/workspace.html#rows", context)
    return render(request, "cases/case_list.html", context)


@requires(policies.can_read_cases)
@require_GET
def view_counts(request: HttpRequest) -> HttpResponse:
    context = {"views": listing.views(request.user, request.GET)}  # type: ignore[arg-type]
    return render(request, "cases/workspace.html#views", context)


@requires(policies.can_read_cases)
@require_GET
def case_detail(request: HttpRequest, number: str) -> HttpResponse:
    case = selectors.case_for(request.user, number)  # type: ignore[arg-type]
    if not _reads_itself(request):
        services.see_mentions(case, user=request.user)  # type: ignore[arg-type]
        services.read_notices(request.user, case=case)  # type: ignore[arg-type]
        _record_read(request.user, case)
    return show(request, case)


@requires(policies.can_read_cases)
@require_GET
def case_clock(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """One deadline: why it is promised, every stretch that counted or did not, and the replay of its log."""
    case = selectors.case_for(request.user, number)  # type: ignore[arg-type]
    clock = next((each for each in clocks.clocks_of(case) if each.kind == kind), None)
    if clock is None:
        raise NotFound("clock_absent", "")
    context = {"case": case, "clock": clock, "told": clocks.explain(clock)}
    return render(request, "cases/case_clock.html", context)


@requires(policies.can_read_cases)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What a text will look like; nothing is stored."""
    return HttpResponse(markdown.render(request.POST.get("body", "")[:20_000]))


def _record_read(user: Any, case: Case) -> None:
    """Others' work is read on record; one's own, and the own team's, is the work itself."""
    if selectors.others_work(user, [case]):
        reading.read_once_an_hour("case.read", f"case:{case.number}", by=user.actor)


def show(request: HttpRequest, case: Case, *, conflict: dict[str, Any] | None = None) -> HttpResponse:
    """The page of one case, or the part of it that htmx asks for."""
    context = {
        **detail.detail(request.user, case, shown=detail.shown_of(request.GET)),  # type: ignore[arg-type]
        "draft": selectors.draft_of(request.user, case),
        "watchers": selectors.watchers_of(case),
        "own_fields": selectors.field_values(case, request.user),  # type: ignore[arg-type]
        "may_define": policies.can_define_fields(request.user),
        "now": time.now(),
        "back_url": _back(request),
        "conflict": conflict,
        "nonce": idempotency.forms_nonce(),
    }
    status = 409 if conflict else 200
    target = request.htmx.target if request.htmx else ""  # type: ignore[attr-defined]
    if target in PARTIALS:
        return render(request, f"cases/case_detail.html#{target}", context, status=status)
    return render(request, "cases/case_detail.html", {**panes(request), **context}, status=status)


def panes(request: HttpRequest) -> dict[str, Any]:
    """The left panes; on the page of a case they show the list it was opened from."""
    user: Any = request.user
    return {
        "views": listing.views(user, request.GET),
        "channels": [],
        "listing": listing.listing(user, request.GET),
        "bulk": listing.bulk(user),
    }


def _reads_itself(request: HttpRequest) -> bool:
    """A part of an open page that is brought up to date; nobody may be looking."""
    return bool(request.htmx) and request.htmx.target in {"timeline", "side"}  # type: ignore[attr-defined]


def _back(request: HttpRequest) -> str:
    return f"{reverse('case_list')}?{listing.filter_query(request.GET)}"
