"""Where the language model may write: its switches, what came of it, what it cost."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.assistant import policies
from huiyin.assistant.forms import WritingForm
from huiyin.assistant.selectors import writing as known
from huiyin.assistant.services import writing
from huiyin.core import toasts
from huiyin.core.access import requires
from huiyin.core.errors import Invalid


@requires(policies.can_open_doors)
@require_http_methods(["GET", "HEAD", "POST"])
def writing_board(request: HttpRequest) -> HttpResponse:
    """The board; a POST sets one switch."""
    user: Any = request.user
    form, error = WritingForm(request.POST or None), ""
    if request.method == "POST":
        if not form.is_valid():
            error = _("Give a number of tokens a day; 0 is no ceiling.")
        else:
            try:
                writing.switch(**form.cleaned_data, by=user)
            except Invalid as refusal:
                error = str(refusal.message)
    if request.method == "POST" and not error:
        toasts.tell(request, _("Saved."), tone="good")
        return redirect("writing_board")
    context: dict[str, Any] = {
        "model": known.model_on_page(),
        "places": known.places(),
        "error": error,
        "can_open_doors": True,
    }
    figures = known.figures()
    context |= {"figures": figures, "outcomes": known.outcome_words(figures.outcomes), "calls": known.calls()}
    return render(request, "assistant/writing_board.html", context, status=400 if error else 200)
