"""The console of the models: what answers, how well, since when; texts to judge; the way back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid, NotFound
from huiyin.language import cards, labels, pii, policies, selectors, services
from huiyin.language.classify import ENOUGH
from huiyin.language.services import registry

ROUND = 20


@requires(policies.can_read_models)
@require_GET
def model_list(request: HttpRequest) -> HttpResponse:
    """Every task with what answers for it and how much is known of its quality."""
    live = {version.task: version for version in selectors.newest_models()}
    waiting = selectors.waiting_by_task()
    rows = [_row(task, live.get(task), waiting.get(task, 0)) for task in selectors.known_tasks()]
    context = {"rows": rows, "enough": ENOUGH, "can_judge": policies.can_judge_texts(request.user)}
    return render(request, "language/model_list.html", {**context, "waiting": sum(waiting.values())})


@requires(policies.can_read_models)
@require_GET
def model_task(request: HttpRequest, task: str) -> HttpResponse:
    """The versions of one task, newest first, each with its card."""
    if task not in selectors.known_tasks():
        raise NotFound("task_absent", "")
    versions = selectors.versions_of(task)
    context = {
        "task": task,
        "name": cards.task_name(task),
        "versions": [cards.card(version, selectors.judged_count(task)) for version in versions],
        "is_kept": any(version.is_kept for version in versions),
        "can_choose": policies.can_choose_models(request.user),
    }
    return render(request, "language/model_task.html", context)


@requires(policies.can_choose_models)
@require_POST
def model_use(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Roll back, or put a candidate into use. Pressed twice it stays as it is."""
    user: Any = request.user
    version = selectors.version(version_id)
    try:
        registry.put_live(version, by=user.actor)
    except Conflict as refusal:
        if refusal.code != "model_live":
            raise
    return redirect("model_task", version.task)


@requires(policies.can_choose_models)
@require_POST
def model_learning(request: HttpRequest, task: str) -> HttpResponse:
    """Let better candidates take over again."""
    user: Any = request.user
    if task not in selectors.known_tasks():
        raise NotFound("task_absent", "")
    registry.let_learn(task, by=user.actor)
    return redirect("model_task", task)


@requires(policies.can_judge_texts)
@require_GET
def model_review(request: HttpRequest) -> HttpResponse:
    """The next text to judge: masked, and without what the model said of it."""
    waiting = selectors.waiting_by_task()
    task = request.GET.get("task", "")
    if task not in waiting:
        task = max(waiting, key=lambda name: waiting[name], default="")
    done = min(_number(request.GET.get("done", "")), ROUND)
    queue = selectors.queue(task, ROUND) if task and done < ROUND else []
    sample = queue[0] if queue else None
    context = {
        "task": task,
        "name": cards.task_name(task),
        "tasks": [(each, cards.task_name(each), count) for each, count in waiting.items()],
        "sample": sample,
        "text": pii.masked(sample.text) if sample else "",
        "labels": cards.keyed(labels.names(task)),
        "done": done,
        "round": ROUND,
        "told": request.GET.get("told", ""),
    }
    return render(request, "language/model_review.html", context)


@requires(policies.can_judge_texts)
@require_POST
def model_judgement(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """One verdict of a person; then the next text, with what the model had said of this one."""
    user: Any = request.user
    sample = selectors.sample(sample_id)
    label, told = request.POST.get("label", ""), ""
    try:
        if label:
            _judge(sample, label, user)
            told = labels.name(sample.task, sample.shown_label)
        else:
            services.skip(sample, by=user.actor)
    except Conflict:
        told = ""
    done = _number(request.POST.get("done", "")) + bool(label)
    query = urlencode({"task": sample.task, "done": str(done), "told": str(told)})
    return redirect(f"{reverse('model_review')}?{query}")


def _judge(sample: Any, label: str, user: Any) -> None:
    if label not in labels.names(sample.task):
        raise Invalid("label_unknown", "", field="label")
    services.judge(sample, label, by=user.actor)


def _row(task: str, version: Any, waiting: int) -> dict[str, Any]:
    judged = selectors.judged_count(task)
    card = cards.card(version, judged) if version else None
    return {"task": task, "name": cards.task_name(task), "card": card, "waiting": waiting, "judged": judged}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 0
