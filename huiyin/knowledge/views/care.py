"""What owners look after, and the gaps that users' questions show."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.core import toasts
from huiyin.core.access import requires
from huiyin.core.errors import NotFound
from huiyin.knowledge import policies
from huiyin.knowledge.models import Gap
from huiyin.knowledge.selectors import care, gaps
from huiyin.knowledge.services import care as keeping
from huiyin.knowledge.services import gaps as finding


@requires(policies.can_read_desk_articles)
@require_GET
def knowledge_care(request: HttpRequest) -> HttpResponse:
    """One of the lists, of everybody's articles or of one's own."""
    user: Any = request.user
    name = request.GET.get("list", "due")
    is_mine = request.GET.get("of") == "me"
    owner = user if is_mine else None
    if name not in care.LISTS:
        raise NotFound("list_absent", "")
    cursor = request.GET.get("cursor", "")
    page = care.concerns(name, owner=owner, cursor=cursor)
    query = {"list": name, **({"of": "me"} if is_mine else {})}
    counts = care.concern_counts(owner=owner)
    context = {
        "lists": [
            {"name": each, "label": label, "count": counts[each]} for each, label in care.LISTS.items()
        ],
        "chosen": name,
        "is_mine": is_mine,
        "rows": page.items,
        "deflected": care.deflected(),
        "next_url": f"?{urlencode({**query, 'cursor': page.next})}" if page.next else "",
        "first_url": f"?{urlencode(query)}" if cursor else "",
        **desk_context(user),
    }
    return render(request, "knowledge/knowledge_care.html", context)


@requires(policies.can_keep_shelves)
@require_GET
def knowledge_gaps(request: HttpRequest) -> HttpResponse:
    """What is asked again and again without an article, and what was sought in vain."""
    status = request.GET.get("status", Gap.Status.OPEN)
    context = {
        "rows": gaps.gaps(status=status),
        "statuses": Gap.Status.choices,
        "status": status,
        "misses": gaps.misses() if status == Gap.Status.OPEN else [],
        **desk_context(request.user),
    }
    return render(request, "knowledge/knowledge_gaps.html", context)


@requires(policies.can_keep_shelves)
@require_POST
def knowledge_gaps_search(request: HttpRequest) -> HttpResponse:
    """Look for gaps now instead of tonight."""
    finding.look_soon()
    toasts.tell(request, _("Users' questions are being read. Look again in a minute."))
    return redirect("knowledge_gaps")


@requires(policies.can_keep_shelves)
@require_POST
def knowledge_gap_dismissal(request: HttpRequest, gap: UUID) -> HttpResponse:
    user: Any = request.user
    keeping.dismiss_gap(gaps.gap_of(gap).gap, by=user.actor)
    return redirect("knowledge_gaps")


@requires(policies.can_keep_shelves)
@require_POST
def knowledge_gap_return(request: HttpRequest, gap: UUID) -> HttpResponse:
    user: Any = request.user
    keeping.reopen_gap(gaps.gap_of(gap).gap, by=user.actor)
    return redirect("knowledge_gaps")


def desk_context(user: Any) -> dict[str, Any]:
    """What the head of every page of the desk reads."""
    return {
        "can_write": policies.can_write_articles(user),
        "can_keep": policies.can_keep_shelves(user),
    }
