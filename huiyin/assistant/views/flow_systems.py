"""The systems that guided flows ask: set up, changed, given a fresh secret, removed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.assistant import policies
from huiyin.assistant.forms import FlowActionForm
from huiyin.assistant.models import FlowAction
from huiyin.assistant.selectors import flows as known
from huiyin.assistant.services import flow_actions
from huiyin.core import toasts
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid

opens = requires(policies.can_open_doors)


@opens
@require_http_methods(["GET", "HEAD", "POST"])
def flow_systems(request: HttpRequest) -> HttpResponse:
    form = FlowActionForm(request.POST or None)
    if request.method == "POST" and (action := _kept(request, form, None)):
        return redirect("flow_system", action.key)
    context = {"actions": known.actions_for(request.user), "form": form, "can_open_doors": True}
    return render(request, "assistant/flow_systems.html", context, status=400 if form.errors else 200)


@opens
@require_http_methods(["GET", "HEAD", "POST"])
def flow_system(request: HttpRequest, key: str) -> HttpResponse:
    action = known.action_for(request.user, key)
    form = FlowActionForm(request.POST or None, initial=FlowActionForm.initial_of(action))
    if request.method == "POST" and _kept(request, form, action):
        toasts.tell(request, _("Saved."), tone="good")
        return redirect("flow_system", action.key)
    context = {"action": action, "form": form, "lookups": known.lookups_of(action)}
    return render(request, "assistant/flow_system.html", context, status=400 if form.errors else 200)


@opens
@require_POST
def flow_system_secret(request: HttpRequest, key: str) -> HttpResponse:
    flow_actions.renew_secret(known.action_for(request.user, key), by=_user(request))
    toasts.tell(request, _("The new secret signs from now on."), tone="good")
    return redirect("flow_system", key)


@opens
@require_POST
def flow_system_removal(request: HttpRequest, key: str) -> HttpResponse:
    """Asked once on the page: a box has to be ticked."""
    action = known.action_for(request.user, key)
    if request.POST.get("sure") != "yes":
        toasts.tell(request, _("Please tick that it shall be removed."), tone="breach")
        return redirect("flow_system", key)
    flow_actions.remove(action, by=_user(request))
    toasts.tell(request, _("“%(name)s” is removed.") % {"name": action.title})
    return redirect("flow_systems")


def _kept(request: HttpRequest, form: FlowActionForm, action: FlowAction | None) -> FlowAction | None:
    """What was typed, kept; None with the fault at its field."""
    if not form.is_valid():
        return None
    try:
        if action is None:
            return flow_actions.open(form.values(), by=_user(request))
        return flow_actions.change(action, form.values(), by=_user(request))
    except (Invalid, Conflict) as refusal:
        form.add_error(refusal.data.get("field"), str(refusal.message))
        return None


def _user(request: HttpRequest) -> Any:
    return request.user
