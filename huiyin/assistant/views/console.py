"""The owners' console: what the assistant did and how well, judging its answers, thresholds, topics, rankers."""

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts.models import User
from huiyin.assistant import policies, selectors
from huiyin.assistant.forms import PrecisionForm, ThresholdForm, TopicForm
from huiyin.assistant.selectors import console
from huiyin.assistant.services import judging, learning, tuning
from huiyin.core.access import requires
from huiyin.core.errors import Invalid
from huiyin.language import labels


@require_GET
@requires(policies.can_read_assistant)
def console_home(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_http_methods(["GET", "POST"])
@requires(policies.can_judge_answers)
def console_judging(request: HttpRequest) -> HttpResponse:
    """Twenty answers; those with a verdict are kept, the others stay for later."""
    kept = None
    if request.method == "POST":
        turns = console.answers_named(request.POST.getlist("turn"))
        said = {key: request.POST.get(f"verdict-{key}", "") for key in turns}
        for key in filter(said.get, turns):
            judging.judge(
                turns[key],
                verdict=said[key],
                article=request.POST.get(f"article-{key}", ""),
                judge=_me(request),
                by=_me(request).actor,
            )
        kept = sum(1 for verdict in said.values() if verdict)
        return redirect(f"{reverse('assistant_judging')}?kept={kept}")
    context = {"rows": console.to_judge(), "kept": request.GET.get("kept", "")[:3]}
    return render(request, "assistant/judging.html", context)


@require_POST
@requires(policies.can_tune_assistant)
def console_thresholds(request: HttpRequest) -> HttpResponse:
    form = ThresholdForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        shares = {name: given[name] / 100 for name in ("answer_at", "offer_at")}
        return _done(
            request,
            form,
            lambda: tuning.tune(
                **shares, failures=given["failures"], user=_me(request), by=_me(request).actor
            ),
            name="threshold_form",
        )
    return _page(request, status=400, threshold_form=form)


@require_POST
@requires(policies.can_tune_assistant)
def console_precision(request: HttpRequest) -> HttpResponse:
    """The threshold that judged answers bear out for a wanted precision."""
    form = PrecisionForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data["precision"] / 100
        return _done(
            request,
            form,
            lambda: tuning.tune_for(wanted, user=_me(request), by=_me(request).actor),
            name="precision_form",
        )
    return _page(request, status=400, precision_form=form)


@require_POST
@requires(policies.can_tune_assistant)
def console_topics(request: HttpRequest) -> HttpResponse:
    form = TopicForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        return _done(
            request,
            form,
            lambda: tuning.keep_topic(
                given["kind"], given["value"], user=_me(request), by=_me(request).actor
            ),
            name="topic_form",
        )
    return _page(request, status=400, topic_form=form)


@require_POST
@requires(policies.can_tune_assistant)
def console_topic_removal(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    tuning.remove_topic(selectors.topic_named(topic_id), by=_me(request).actor)
    return redirect("assistant_console")


@require_POST
@requires(policies.can_tune_assistant)
def console_rankers(request: HttpRequest) -> HttpResponse:
    """Fit a candidate, or let the shipped ranker answer again."""
    if request.POST.get("what") == "shipped":
        learning.back_to_shipped(by=_me(request).actor)
    else:
        learning.fit(by=_me(request).actor)
    return redirect(f"{reverse('assistant_console')}#rankers")


@require_POST
@requires(policies.can_tune_assistant)
def console_ranker_choice(request: HttpRequest, ranker_id: UUID) -> HttpResponse:
    learning.choose(selectors.ranker_named(ranker_id), by=_me(request).actor)
    return redirect(f"{reverse('assistant_console')}#rankers")


def _me(request: HttpRequest) -> User:
    user: Any = request.user
    return user  # type: ignore[no-any-return]


def _done(request: HttpRequest, form: Form, work: Any, *, name: str) -> HttpResponse:
    """Do it and go back; a refusal stands at its field, with what was typed."""
    try:
        work()
    except Invalid as refusal:
        field = str(refusal.data.get("field", ""))
        form.add_error(field if field in form.fields else None, str(refusal.message))
        return _page(request, status=refusal.status, **{name: form})
    return redirect("assistant_console")


def _page(request: HttpRequest, *, status: int = 200, **forms: Form) -> HttpResponse:
    now = selectors.tuning()
    given = {"answer_at": round(100 * now.answer_at), "offer_at": round(100 * now.offer_at)}
    context: dict[str, Any] = {
        "figures": console.figures(),
        "certainty": console.certainty(),
        "lately": console.told_lately(request.GET.dict()),
        "tuning": now,
        "topics": selectors.human_topics(),
        "categories": labels.names("category"),
        "rankers": selectors.rankers(),
        "ranker_name": selectors.ranker_in_use().name,
        "can_judge": policies.can_judge_answers(request.user),
        "can_tune": policies.can_tune_assistant(request.user),
        "can_open_doors": policies.can_open_doors(request.user),
        "threshold_form": ThresholdForm(initial={**given, "failures": now.failures}),
        "precision_form": PrecisionForm(initial={"precision": round(100 * now.precision)}),
        "topic_form": TopicForm(),
    }
    return render(request, "assistant/console.html", context | forms, status=status)
