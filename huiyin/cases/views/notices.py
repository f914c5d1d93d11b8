"""The bell: its menu with the unread count, the page of all notices, reading them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases import policies, selectors, services
from huiyin.core.access import requires


@requires(policies.can_read_cases)
@require_GET
def notice_menu(request: HttpRequest) -> HttpResponse:
    """What the bell shows."""
    return _menu(request)


@requires(policies.can_read_cases)
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    unread = request.GET.get("only") == "unread"
    page = selectors.notice_page(user, cursor=request.GET.get("cursor", ""), unread=unread)
    kept = {"only": "unread"} if unread else {}
    context = {
        "notices": page.items,
        "unread_only": unread,
        "unread": selectors.unread_count(user),
        "next_url": f"?{urlencode({**kept, 'cursor': page.next})}" if page.next else "",
        "first_url": f"?{urlencode(kept)}" if request.GET.get("cursor") else "",
    }
    return render(request, "cases/notice_list.html", context)


@requires(policies.can_read_cases)
@require_POST
def notices_reading(request: HttpRequest) -> HttpResponse:
    """All are read."""
    services.read_notices(request.user)  # type: ignore[arg-type]
    return _menu(request) if request.htmx else redirect("notice_list")  # type: ignore[attr-defined]


def _menu(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    count = selectors.unread_count(user)
    context = {
        "notices": selectors.newest_notices(user),
        "unread": count,
        "is_many": count > selectors.COUNTED,
    }
    return render(request, "cases/notice_menu.html", context)
