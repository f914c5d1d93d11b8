"""Beside the composer of one case: scripts and macros to choose from, a draft that is kept while somebody types."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases import policies, selectors, services, words
from huiyin.cases.services import writing_up
from huiyin.cases.views.actions import act
from huiyin.core import idempotency
from huiyin.core.access import requires
from huiyin.core.idempotency import once_per_form
from huiyin.core.numbers import whole


@requires(policies.can_handle_cases)
@require_GET
def case_toolbox(request: HttpRequest, number: str) -> HttpResponse:
    """What fits the words typed: scripts filled for this case, macros with what they do."""
    user: Any = request.user
    case = selectors.case_for(user, number)
    text = request.GET.get("q", "")[:100]
    values, language = selectors.values_for(case, agent=str(user)), selectors.language_of(case)
    scripts = selectors.scripts_filled(user, text, values, language)
    macros = [
        {"macro": macro, "acts": [words.for_action(action)[0] for action in macro.actions]}
        for macro in selectors.found_macros(user, text)
    ]
    context = {"case": case, "text": text, "scripts": scripts, "macros": macros}
    context["nonce"] = idempotency.forms_nonce()
    part = "#found" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"cases/toolbox.html{part}", context)


@requires(policies.can_handle_cases)
@require_POST
def case_script(request: HttpRequest, number: str, script_id: UUID) -> HttpResponse:
    """The filled script: as text for the composer, or without JavaScript put into the draft."""
    user: Any = request.user
    case = selectors.case_for(user, number)
    text = services.use_script(selectors.script_for(user, script_id), case, by=user.actor)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    services.add_to_draft(case, text, by=user.actor)
    return redirect("case_detail", number=case.number)


@requires(policies.can_handle_cases)
@require_POST
@once_per_form
def case_macro(request: HttpRequest, number: str) -> HttpResponse:
    def work(case: Any, by: Any, given: Any) -> None:
        macro = selectors.macro_for(request.user, given.get("macro", ""))  # type: ignore[arg-type]
        version = given.get("version", "")
        services.apply_macro(macro, case, version=whole(version), by=by)

    return act(request, number, work, field="")


@requires(policies.can_handle_cases)
@require_POST
def case_article(request: HttpRequest, number: str) -> HttpResponse:
    """The solution as a draft article, opened where it is written."""
    user: Any = request.user
    case = selectors.case_for(user, number)
    return redirect("knowledge_article", writing_up.write_up(case, by=user.actor).key)


@requires(policies.can_note_cases)
@require_POST
def case_draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what is being typed. The same again changes nothing."""
    user: Any = request.user
    case = selectors.case_for(user, number)
    services.keep_draft(case, request.POST.get("body", ""), mode=request.POST.get("mode", "reply"), user=user)
    return HttpResponse(status=204)


@requires(policies.can_note_cases)
@require_GET
def mention_people(request: HttpRequest) -> HttpResponse:
    """Colleagues whom a note may call."""
    found = selectors.colleagues(request.user, request.GET.get("q", "")[:40])  # type: ignore[arg-type]
    return render(request, "cases/mention_people.html", {"people": found})
