"""The tree of categories as the desk keeps it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.core import toasts
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid
from huiyin.knowledge import policies, selectors
from huiyin.knowledge.forms import NewShelfForm, ShelfForm
from huiyin.knowledge.services import shelves
from huiyin.knowledge.views.care import desk_context


@requires(policies.can_keep_shelves)
@require_http_methods(["GET", "POST"])
def knowledge_categories(request: HttpRequest) -> HttpResponse:
    """The whole tree, and a form for one more."""
    user: Any = request.user
    form = NewShelfForm(request.POST or None, initial={"position": 100})
    if request.method == "POST" and form.is_valid():
        try:
            shelves.open_shelf(form.cleaned_data["key"], form.place(), by=user.actor)
            return redirect("knowledge_categories")
        except (Invalid, Conflict) as refusal:
            _show(form, refusal)
    context = {"rows": selectors.shelf_rows(), "form": form, **desk_context(user)}
    status = 400 if form.errors else 200
    return render(request, "knowledge/knowledge_categories.html", context, status=status)


@requires(policies.can_keep_shelves)
@require_http_methods(["GET", "POST"])
def knowledge_category(request: HttpRequest, key: str) -> HttpResponse:
    """Name one anew or move it."""
    user: Any = request.user
    category = selectors.category_of(key)
    known = {name: getattr(category, name) for name in ("name_zh", "name_en", "parent", "position")}
    form = ShelfForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            shelves.move_shelf(category, form.place(), by=user.actor)
            return redirect("knowledge_categories")
        except (Invalid, Conflict) as refusal:
            _show(form, refusal)
            category.refresh_from_db()
    context = {"category": category, "form": form, **desk_context(user)}
    status = 400 if form.errors else 200
    return render(request, "knowledge/knowledge_category.html", context, status=status)


@requires(policies.can_keep_shelves)
@require_POST
def knowledge_category_removal(request: HttpRequest, key: str) -> HttpResponse:
    user: Any = request.user
    category = selectors.category_of(key)
    try:
        shelves.close_shelf(category, by=user.actor)
        toasts.tell(request, _("“%(name)s” is removed.") % {"name": category.name})
    except Conflict as refusal:
        toasts.tell(request, refusal.message, tone="breach")
    return redirect("knowledge_categories")


def _show(form: ShelfForm, refusal: Invalid | Conflict) -> None:
    """The refusal's sentence beside the field that it is about."""
    field = str(refusal.data.get("field", ""))
    form.add_error(field if field in form.fields else None, refusal.message)
