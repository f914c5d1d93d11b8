"""The workspace's home, and the search over everything."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from huiyin.accounts import selectors as people
from huiyin.accounts import services as accounts
from huiyin.cases import policies
from huiyin.cases import selectors as cases
from huiyin.cases.selectors import detail, listing
from huiyin.core import i18n, journal, limits
from huiyin.core.access import requires
from huiyin.knowledge import selectors as knowledge
from huiyin.web import selectors, tour

FOUND = 8


@requires(policies.can_read_cases)
@require_GET
def desk_home(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    context = {
        "views": listing.views(user, request.GET),
        "listing": listing.listing(user, request.GET),
        "bulk": listing.bulk(user),
        "home": selectors.home(user),
        "tour": tour.tour_of(user),
    }
    return render(request, "web/desk_home.html", context)


@requires(policies.can_read_cases)
@require_POST
def desk_tour(request: HttpRequest) -> HttpResponse:
    """Begin the tour, begin it again, or put it away."""
    user: Any = request.user
    value = tour.HIDDEN if request.POST.get("way") == "hide" else journal.head()
    accounts.prefer(user, name=tour.PREFERENCE, value=value)
    return redirect("desk_home")


@requires(policies.can_read_cases)
@require_GET
def desk_search(request: HttpRequest) -> HttpResponse:
    """Cases by words or number, people by an exact address or number, articles by meaning."""
    user: Any = request.user
    text = request.GET.get("q", "").strip()[:1000]
    limits.spend("search.address", str(user.pk))
    context = {"text": text, "next_url": f"{reverse('case_list')}?view=all&q={text}", **_found(user, text)}
    partial = "#found" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"web/desk_search.html{partial}", context)


def _found(user: Any, text: str) -> dict[str, Any]:
    if not text:
        return {"cases": [], "people": [], "articles": []}
    page = cases.inbox_page(user, cases.Filters(q=text), limit=FOUND)
    contacts = people.contacts_found(user, text).prefetch_related("identities")[:FOUND]
    hits = knowledge.search(text, lang=i18n.short(), user=user, limit=FOUND)
    return {
        "cases": page.items,
        "people": [
            {
                "name": str(contact),
                "url": reverse("contact_detail", args=[contact.id]),
                "hint": ", ".join(detail.masked(i.kind, i.value) for i in contact.identities.all()),
            }
            for contact in contacts
        ],
        "articles": [{"title": hit.title, "url": hit.url} for hit in hits],
    }
