"""Administration of macros: the list, one macro with its acts, what it would do to a real case."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.cases import forms, phrases, policies, selectors, services, words
from huiyin.cases.models import Macro
from huiyin.core import toasts
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid

SHOWN = 200
keeps = requires(policies.can_keep_tools)


@keeps
@require_GET
def macro_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    text = request.GET.get("q", "")[:100]
    rows = [
        {
            "tool": each,
            "acts": [words.for_action(action)[0] for action in each.actions],
            "can_change": policies.can_change_tool(user, each),
        }
        for each in selectors.found_macros(user, text, limit=SHOWN)
    ]
    return render(request, "cases/macro_list.html", {"rows": rows, "text": text})


@keeps
@require_http_methods(["GET", "HEAD", "POST"])
def macro_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@keeps
@require_http_methods(["GET", "HEAD", "POST"])
def macro_detail(request: HttpRequest, macro_id: UUID) -> HttpResponse:
    return _edit(request, selectors.own_macro(request.user, macro_id))  # type: ignore[arg-type]


@keeps
@require_POST
def macro_removal(request: HttpRequest, macro_id: UUID) -> HttpResponse:
    user: Any = request.user
    macro = selectors.own_macro(user, macro_id)
    services.remove_macro(macro, by=user.actor)
    undo = reverse("macro_return", args=[macro.id])
    toasts.tell(request, _("“%(name)s” is removed.") % {"name": macro.name}, undo_url=undo)
    return redirect("macro_list")


@keeps
@require_POST
def macro_return(request: HttpRequest, macro_id: UUID) -> HttpResponse:
    user: Any = request.user
    macro = selectors.own_macro(user, macro_id, removed=True)
    services.put_back_macro(macro, by=user.actor)
    toasts.tell(request, _("“%(name)s” is back.") % {"name": macro.name}, tone="good")
    return redirect("macro_list")


@keeps
@require_POST
def macro_preview(request: HttpRequest) -> HttpResponse:
    """What the acts, as they stand in the form, would do to a real case; nothing is done."""
    user: Any = request.user
    acts = forms.action_set(request.POST)
    case = forms.case_named(user, request.POST.get("case", ""))
    context: dict[str, Any] = {"case": case, "is_valid": acts.is_valid(), "acts": [], "unknown": []}
    if acts.is_valid():
        values, language = selectors.values_for(case, agent=str(user)), selectors.language_of(case)
        context["acts"] = [words.for_action(act, values, language) for act in acts.actions()]
        texts = [act.get(name, "") for act in acts.actions() for name in ("zh", "en")]
        context["unknown"] = phrases.unknown_in(texts)
    return render(request, "cases/macro_preview.html", context)


def _edit(request: HttpRequest, macro: Macro | None) -> HttpResponse:
    user: Any = request.user
    data = request.POST or None
    form = forms.MacroForm(data, user=user, initial=_initial(user, macro))
    acts = forms.action_set(data, actions=macro.actions if macro else ())
    if request.method == "POST" and form.is_valid() and acts.is_valid() and _keep(user, macro, form, acts):
        toasts.tell(request, _("Saved."), tone="good")
        return redirect("macro_list")
    context = {"form": form, "acts": acts, "macro": macro, "variables": phrases.labels()}
    wrong = bool(form.errors or acts.total_error_count()) if data else False
    return render(request, "cases/macro_detail.html", context, status=400 if wrong else 200)


def _keep(user: Any, macro: Macro | None, form: Any, acts: Any) -> bool:
    """Save it, or put the refusal beside the field that it names."""
    try:
        services.keep_macro(
            macro,
            name=form.cleaned_data["name"],
            actions=acts.actions(),
            reach=form.given_reach(),
            version=form.cleaned_data["version"],
            by=user.actor,
        )
    except Invalid as refusal:
        _refuse(form, acts, refusal)
    except Conflict as conflict:
        form.add_error(None, conflict.message)
    return not (form.errors or acts.total_error_count())


def _refuse(form: Any, acts: Any, refusal: Invalid) -> None:
    """`actions.2.zh` is the field `zh` of the third act that counts."""
    first, _dot, rest = refusal.data["field"].partition(".")
    place, _dot, name = rest.partition(".")
    if first != "actions":
        form.add_error(first, refusal.message)
    elif place:
        counted = [each for each in acts.ordered_forms if each.cleaned_data.get("do")]
        counted[int(place)].add_error(name or "do", refusal.message)
    else:
        form.add_error(None, refusal.message)


def _initial(user: Any, macro: Macro | None) -> dict[str, Any]:
    if macro is None:
        return {"reach": "all" if policies.can_lead_cases(user) else "me"}
    return {"name": macro.name, "version": macro.version, "reach": forms.reach_of(macro)}
