"""How a person likes the list of cases: its order, and what each row shows. Kept with the person."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.accounts import services as people
from huiyin.cases import policies
from huiyin.cases.selectors import inbox, listing
from huiyin.core.access import requires
from huiyin.core.errors import Invalid
from huiyin.core.redirects import safe_next


@requires(policies.can_read_cases)
@require_POST
def case_layout(request: HttpRequest) -> HttpResponse:
    """Remember the order, or the parts of a row, and show the list again."""
    user: Any = request.user
    sort = request.POST.get("sort", "")
    if sort and sort not in inbox.SORTS:
        raise Invalid("sort_unknown", _("There is no such order."), field="sort", known=list(inbox.SORTS))
    if sort:
        people.prefer(user, name="sort", value=sort)
    if "parts" in request.POST or request.POST.get("only") == "parts":
        shown = [key for key in listing.part_labels() if key in request.POST.getlist("parts")]
        people.prefer(user, name="columns", value=shown)
    return redirect(safe_next(request.POST.get("next", ""), default=reverse("case_list")))
