"""Guided flows out to files and in from them, from the list and from the editor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.assistant.forms import FlowDetailsForm, FlowFileForm, FlowForm
from huiyin.assistant.selectors import flow_desk
from huiyin.assistant.selectors import flows as known
from huiyin.assistant.services import flow_files
from huiyin.assistant.views.flow_desk import edition_of, list_context, writes
from huiyin.core import toasts
from huiyin.core.errors import Conflict, Invalid


@writes
@require_POST
def flow_import(request: HttpRequest) -> HttpResponse:
    """A new flow from a file; opened in the editor, where what is missing stands at its step."""
    form = FlowFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            flow = flow_files.take_in(form.data_of_file(), by=request.user.actor)  # type: ignore[union-attr]
        except (Invalid, Conflict) as refusal:
            form.add_error("file", str(refusal.message))
        else:
            toasts.tell(request, _("Saved."), tone="good")
            return redirect("flow_detail", flow.key)
    context = {**list_context(request), "form": FlowForm(), "file_form": form}
    return render(request, "assistant/flow_list.html", context, status=400)


@writes
@require_http_methods(["GET", "HEAD", "POST"])
def flow_file(request: HttpRequest, key: str) -> HttpResponse:
    """The draft as a file; a POST puts the draft of a file in its place."""
    flow = known.flow_for(request.user, key)
    if request.method != "POST":
        headers = {"Content-Disposition": f'attachment; filename="{flow.key}.flow.json"'}
        return HttpResponse(flow_files.written(flow), content_type="application/json", headers=headers)
    form = FlowFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actor = request.user.actor  # type: ignore[union-attr]
            flow_files.replace(flow, form.data_of_file(), edition=edition_of(request), by=actor)
        except (Invalid, Conflict) as refusal:
            form.add_error("file", str(refusal.message))
        else:
            toasts.tell(request, _("Saved."), tone="good")
            return redirect("flow_detail", flow.key)
    details = FlowDetailsForm(initial=FlowDetailsForm.initial_of(flow))
    context = {**flow_desk.editor(flow), "form": details, "file_form": form}
    return render(request, "assistant/flow_detail.html", context, status=400)
