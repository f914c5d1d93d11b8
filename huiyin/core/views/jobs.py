"""What gave up and waits for a person: the list, and the retry of one or of many."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from huiyin.core.access import requires
from huiyin.core.jobs import deadletter
from huiyin.core.models.jobs import Job
from huiyin.core.paging import cursor_page
from huiyin.core.policies import can_manage_jobs

SHOWN = (Job.State.DEAD, Job.State.RUNNING, Job.State.READY, Job.State.WAITING, Job.State.DONE)


@require_safe
@requires(can_manage_jobs)
def jobs_list(request: HttpRequest) -> HttpResponse:
    """Jobs of one state; those that gave up come first."""
    state = request.GET.get("state", Job.State.DEAD)
    state = state if state in Job.State.values else Job.State.DEAD
    text = request.GET.get("q", "")[:100]
    page = cursor_page(deadletter.jobs_in(state, text), order=["-id"], cursor=request.GET.get("cursor"))
    here = {"state": state, **({"q": text} if text else {})}
    shown = {
        "state": state,
        "text": text,
        "page": page,
        "tabs": _tabs(state),
        "next_url": f"?{urlencode({**here, 'cursor': page.next})}" if page.next else "",
        "first_url": f"?{urlencode(here)}" if request.GET.get("cursor") else "",
        "toasts": _told(request.GET.get("retried", "")),
    }
    return render(request, "core/jobs_list.html", shown)


@require_POST
@requires(can_manage_jobs)
def job_retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    deadletter.retry(deadletter.dead_job(str(job_id)), by=request.user.actor)  # type: ignore[union-attr]
    return _back(1)


@require_POST
@requires(can_manage_jobs)
def jobs_retry(request: HttpRequest) -> HttpResponse:
    """Retry the chosen ones, or all that the search shows when none is chosen."""
    rows = deadletter.jobs_in(Job.State.DEAD, request.POST.get("q", "")[:100])
    chosen = [value for value in request.POST.getlist("job") if _is_id(value)]
    if chosen:
        rows = rows.filter(id__in=chosen)
    count = deadletter.retry_all(rows, by=request.user.actor)  # type: ignore[union-attr]
    return _back(count)


def _back(count: int) -> HttpResponse:
    return redirect(f"{reverse('jobs')}?{urlencode({'retried': count})}")


def _told(retried: str) -> list[dict[str, str]]:
    if not (retried.isascii() and retried.isdigit() and len(retried) < 8):
        return []
    count = int(retried)
    text = ngettext("%(count)s job is queued again.", "%(count)s jobs are queued again.", count)
    return [{"text": text % {"count": count}, "tone": "good"}]


def _tabs(current: str) -> list[dict[str, object]]:
    labels = {
        Job.State.DEAD: _("Gave up"),
        Job.State.RUNNING: pgettext("job", "Running"),
        Job.State.READY: _("Ready"),
        Job.State.WAITING: _("Later"),
        Job.State.DONE: _("Done"),
    }
    counts = deadletter.counts()
    return [
        {
            "label": labels[state],
            "url": f"{reverse('jobs')}?{urlencode({'state': state})}",
            "count": counts[state],
            "current": state == current,
        }
        for state in SHOWN
    ]


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
