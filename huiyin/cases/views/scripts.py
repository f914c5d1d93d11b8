"""Administration of scripts: the list, one script, its preview on a real case, taken away and put back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.cases import forms, phrases, policies, selectors, services
from huiyin.cases.models import Script
from huiyin.core import markdown, toasts
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid

SHOWN = 200
keeps = requires(policies.can_keep_tools)


@keeps
@require_GET
def script_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    text = request.GET.get("q", "")[:100]
    found = selectors.found_scripts(user, text, limit=SHOWN)
    rows = [{"tool": each, "can_change": policies.can_change_tool(user, each)} for each in found]
    return render(request, "cases/script_list.html", {"rows": rows, "text": text})


@keeps
@require_http_methods(["GET", "HEAD", "POST"])
def script_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@keeps
@require_http_methods(["GET", "HEAD", "POST"])
def script_detail(request: HttpRequest, script_id: UUID) -> HttpResponse:
    return _edit(request, selectors.own_script(request.user, script_id))  # type: ignore[arg-type]


@keeps
@require_POST
def script_removal(request: HttpRequest, script_id: UUID) -> HttpResponse:
    user: Any = request.user
    script = selectors.own_script(user, script_id)
    services.remove_script(script, by=user.actor)
    undo = reverse("script_return", args=[script.id])
    toasts.tell(request, _("“%(name)s” is removed.") % {"name": script.title}, undo_url=undo)
    return redirect("script_list")


@keeps
@require_POST
def script_return(request: HttpRequest, script_id: UUID) -> HttpResponse:
    user: Any = request.user
    script = selectors.own_script(user, script_id, removed=True)
    services.put_back_script(script, by=user.actor)
    toasts.tell(request, _("“%(name)s” is back.") % {"name": script.title}, tone="good")
    return redirect("script_list")


@keeps
@require_POST
def script_preview(request: HttpRequest) -> HttpResponse:
    """Both texts as they would be sent about a real case; nothing is stored."""
    user: Any = request.user
    case = forms.case_named(user, request.POST.get("case", ""))
    values = selectors.values_for(case, agent=str(user))
    texts = [(label, request.POST.get(name, "")[:20_000]) for name, label in _bodies()]
    shown = [(label, markdown.render(phrases.fill(text, values))) for label, text in texts if text.strip()]
    unknown = phrases.unknown_in(text for _label, text in texts)
    return render(request, "cases/script_preview.html", {"case": case, "shown": shown, "unknown": unknown})


def _edit(request: HttpRequest, script: Script | None) -> HttpResponse:
    user: Any = request.user
    form = forms.ScriptForm(request.POST or None, user=user, initial=_initial(user, script))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            services.keep_script(
                script, form.words(), reach=form.given_reach(), version=version, by=user.actor
            )
        except Invalid as refusal:
            form.add_error(refusal.data["field"], refusal.message)
        except Conflict as conflict:
            form.add_error(None, conflict.message)
        else:
            toasts.tell(request, _("Saved."), tone="good")
            return redirect("script_list")
    context = {"form": form, "script": script, "variables": phrases.labels()}
    return render(request, "cases/script_detail.html", context, status=400 if form.errors else 200)


def _initial(user: Any, script: Script | None) -> dict[str, Any]:
    if script is None:
        return {"reach": "all" if policies.can_lead_cases(user) else "me"}
    names = ("shortcut", "title", "body_zh", "body_en", "version")
    return {**{name: getattr(script, name) for name in names}, "reach": forms.reach_of(script)}


def _bodies() -> list[tuple[str, str]]:
    return [("body_zh", _("Chinese")), ("body_en", _("English"))]
