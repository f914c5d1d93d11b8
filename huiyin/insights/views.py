"""What many users say: the archive of a period, its topics, and each topic down to the words of users."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.accounts import selectors as people
from huiyin.core import audit, sheets, toasts
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid
from huiyin.insights import policies, services
from huiyin.insights.forms import MergeForm, TopicForm
from huiyin.insights.models import Matter, Topic
from huiyin.insights.selectors import archive, counts, exporting, swells, topics


@requires(policies.can_read_insights)
@require_GET
def insights(request: HttpRequest) -> HttpResponse:
    """What came most in a period, where cases waited, how often they changed hands."""
    user: Any = request.user
    period = archive.period_of(request.GET.get("days", ""), request.GET.get("line", ""))
    waits = archive.waiting(user, period)
    context = {
        "period": period,
        "periods": archive.PERIODS,
        "lines": people.directory().lines.values(),
        "query": urlencode({"days": str(period.days), "line": period.line.key if period.line else ""}),
        "figures": archive.figures(user, period),
        "swells": swells.swells_since(period.since, period.line),
        "topics": archive.by_topic(user, period),
        "categories": archive.by_category(user, period),
        "products": archive.by_product(user, period),
        "waits": waits,
        "bottleneck": archive.bottleneck(waits),
    }
    return render(request, "insights/insights.html", context)


@requires(policies.can_read_insights)
@require_GET
def insights_export(request: HttpRequest) -> HttpResponseBase:
    """The same as a table for spreadsheet programs."""
    user: Any = request.user
    period = archive.period_of(request.GET.get("days", ""), request.GET.get("line", ""))
    audit.record("insights.exported", f"period:{period.days}", by=user.actor)
    return sheets.download(f"insights-{period.days}.csv", exporting.HEAD, exporting.rows(user, period))


@requires(policies.can_read_insights)
@require_GET
def insight_topics(request: HttpRequest) -> HttpResponse:
    """All topics in one state, the largest first."""
    text, state = request.GET.get("q", "").strip()[:80], _state(request.GET.get("state", ""))
    cursor = request.GET.get("cursor", "")
    page = topics.topics(state=state, text=text, cursor=cursor)
    query = {name: value for name, value in {"state": state, "q": text}.items() if value}
    lasting = swells.swelling(Matter.TOPIC, [topic.id for topic in page.items])
    context = {
        "rows": [(topic, lasting.get(topic.id)) for topic in page.items],
        "text": text,
        "state": state,
        "states": [(each.value, each.label) for each in (Topic.State.OPEN, Topic.State.HIDDEN)],
        "next_url": f"?{urlencode({**query, 'cursor': page.next})}" if page.next else "",
        "first_url": f"?{urlencode(query)}" if cursor else "",
    }
    return render(request, "insights/topic_list.html", context)


def _state(wanted: str) -> str:
    return (Topic.State.HIDDEN if wanted == Topic.State.HIDDEN else Topic.State.OPEN).value


@requires(policies.can_read_insights)
@require_GET
def insight_topic(request: HttpRequest, key: str) -> HttpResponse:
    """One topic; the key of a merged one leads to where it went."""
    topic = topics.topic_named(key)
    if topic.merged_into is not None:
        return redirect("insight_topic", topic.merged_into.key)
    return _topic_page(request, topic, TopicForm(topic=topic))


@requires(policies.can_shape_topics)
@require_POST
def insight_topic_change(request: HttpRequest, key: str) -> HttpResponse:
    """Name it, say whose it is, hide it or bring it back."""
    user: Any = request.user
    topic = topics.topic_named(key)
    form = TopicForm(request.POST, topic=topic)
    if form.is_valid():
        try:
            services.change(topic, form.cleaned_data, by=user.actor)
            toasts.tell(request, _("Saved."))
            return redirect("insight_topic", topic.key)
        except (Invalid, Conflict) as refusal:
            form.add_error(str(refusal.data.get("field", "")) or None, refusal.message)
            topic.refresh_from_db()
    return _topic_page(request, topic, form)


@requires(policies.can_shape_topics)
@require_POST
def insight_topic_merge(request: HttpRequest, key: str) -> HttpResponse:
    """Say that this topic is part of another one."""
    user: Any = request.user
    topic = topics.topic_named(key)
    form = MergeForm(request.POST, others=topics.others(topic))
    if form.is_valid():
        try:
            into = services.merge(topic, into=form.cleaned_data["into"], by=user.actor)
            toasts.tell(request, _("Merged into “%(name)s”.") % {"name": into.shown})
            return redirect("insight_topic", into.key)
        except (Invalid, Conflict) as refusal:
            form.add_error(None, refusal.message)
    return _topic_page(request, topic, TopicForm(topic=topic), form)


def _topic_page(
    request: HttpRequest, topic: Topic, form: TopicForm, merging: MergeForm | None = None
) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    page = topics.voices_of(topic, request.user, cursor=cursor)
    context = {
        "topic": topic,
        "form": form,
        "merging": merging or MergeForm(others=topics.others(topic)),
        "can_shape": policies.can_shape_topics(request.user),
        "bars": topics.course_of(topic),
        "people": counts.people_in(topic.members.all()),
        "swells": swells.swells_of(topic),
        "voices": page.items,
        "next_url": f"?{urlencode({'cursor': page.next})}" if page.next else "",
        "first_url": "?" if cursor else "",
    }
    status = 400 if form.errors or (merging and merging.errors) else 200
    return render(request, "insights/topic.html", context, status=status)
