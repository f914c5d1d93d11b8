"""Administration of own fields of cases."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.cases import forms, policies, selectors, services
from huiyin.cases.models import CaseField
from huiyin.core import toasts
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid

defines = requires(policies.can_define_fields)


@defines
@require_GET
def field_list(request: HttpRequest) -> HttpResponse:
    return render(request, "cases/field_list.html", {"fields": selectors.case_fields()})


@defines
@require_http_methods(["GET", "HEAD", "POST"])
def field_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@defines
@require_http_methods(["GET", "HEAD", "POST"])
def field_detail(request: HttpRequest, field_id: UUID) -> HttpResponse:
    return _edit(request, selectors.case_field(field_id))


@defines
@require_POST
def field_removal(request: HttpRequest, field_id: UUID) -> HttpResponse:
    field = selectors.case_field(field_id)
    services.remove_field(field, by=request.user.actor)  # type: ignore[union-attr]
    undo = reverse("field_return", args=[field.id])
    toasts.tell(request, _("“%(name)s” is removed.") % {"name": field.name}, undo_url=undo)
    return redirect("field_list")


@defines
@require_POST
def field_return(request: HttpRequest, field_id: UUID) -> HttpResponse:
    field = selectors.case_field(field_id, removed=True)
    services.put_back_field(field, by=request.user.actor)  # type: ignore[union-attr]
    toasts.tell(request, _("“%(name)s” is back.") % {"name": field.name}, tone="good")
    return redirect("field_list")


def _edit(request: HttpRequest, field: CaseField | None) -> HttpResponse:
    user: Any = request.user
    form = forms.CaseFieldForm(request.POST or None, initial=forms.field_initial(field) if field else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_field(field, form.words(), version=form.cleaned_data["version"], by=user.actor)
        except Invalid as refusal:
            form.add_error(refusal.data["field"], refusal.message)
        except Conflict as conflict:
            form.add_error(None, conflict.message)
        else:
            toasts.tell(request, _("Saved."), tone="good")
            return redirect("field_list")
    context = {"form": form, "field": field}
    return render(request, "cases/field_detail.html", context, status=400 if form.errors else 200)
