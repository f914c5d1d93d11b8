"""Reads of guided flows: what staff write, what users are offered, who is in one, and the systems they ask."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from huiyin.assistant.flowing import judging, steps
from huiyin.assistant.flowing.steps import Document
from huiyin.assistant.models import Dialogue, Flow, FlowAction, FlowLookup, FlowRun, FlowVersion, Handoff
from huiyin.assistant.policies import can_open_doors, can_write_flows
from huiyin.core import clock
from huiyin.core.errors import NotFound
from huiyin.language.normalise import fold

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Line:
    """One flow of the list, with what came of it in thirty days."""

    flow: Flow
    runs: int
    helped: int
    handed: int


def flows_for(user: Any) -> QuerySet[Flow]:
    """The flows that this person may write."""
    rows = Flow.objects.select_related("live").order_by("-changed_at", "-id")
    return rows if can_write_flows(user) else rows.none()


def flow_named(key: str) -> Flow:
    """One flow, for commands. Raises NotFound."""
    found = Flow.objects.filter(key=key).first()
    if found is None:
        raise NotFound("flow_absent", f"There is no flow {key}.")
    return found


def flow_for(user: Any, key: str) -> Flow:
    """One of them. Raises NotFound."""
    found = flows_for(user).filter(key=key).first()
    if found is None:
        raise NotFound("flow_absent", "")
    return found


def lines(user: Any) -> list[Line]:
    """The flows with their figures, last changed first."""
    recent = FlowRun.objects.filter(started_at__gt=clock.now() - MONTH).order_by()
    counted = recent.values("version__flow_id").annotate(
        runs=Count("id"),
        helped=Count("id", filter=Q(helped=True)),
        handed=Count("id", filter=Q(status=FlowRun.Status.HANDED)),
    )
    by_flow = {row["version__flow_id"]: (row["runs"], row["helped"], row["handed"]) for row in counted}
    return [Line(flow, *by_flow.get(flow.id, (0, 0, 0))) for flow in flows_for(user)]


def draft_of(flow: Flow) -> Document:
    """What is being written."""
    return steps.read(flow.draft)


def document_of(version: FlowVersion) -> Document:
    return steps.read(version.steps)


def versions_of(flow: Flow) -> list[FlowVersion]:
    """What was published, newest first."""
    return list(flow.versions.select_related("by").order_by("-number"))


def version_of(flow: Flow, number: int) -> FlowVersion:
    """One version of this flow. Raises NotFound."""
    found = flow.versions.select_related("flow").filter(number=number).first()
    if found is None:
        raise NotFound("flow_version_absent", "")
    return found


def offered(lang: str) -> list[Flow]:
    """The published flows that the help centre lists, by title."""
    rows = _published(lang).filter(is_listed=True)
    return list(rows.only("key", "title", "summary").order_by("title"))


def offered_flow(key: str) -> Flow:
    """One published flow. Raises NotFound."""
    found = Flow.objects.select_related("live").filter(key=key, live__isnull=False).first()
    if found is None:
        raise NotFound("flow_absent", "")
    return found


def flow_for_words(text: str, lang: str) -> Flow | None:
    """The published flow whose words are in a text; the longest word decides."""
    said = fold(text)
    listed = _published(lang).exclude(words=[]).values_list("id", "words")
    hits = [(len(word), id) for id, words in listed for word in words if fold(word) in said]
    return Flow.objects.select_related("live").get(id=max(hits)[1]) if hits else None


def present_step(dialogue: Dialogue) -> dict[str, Any] | None:
    """What the visitor is asked now, if a flow asks them anything."""
    run = run_of(dialogue)
    step = document_of(run.version).find(run.step) if run else None
    if run is None or not isinstance(step, steps.Choose | steps.Form | steps.End):
        return None
    shown = step_on_page(step)
    return {**shown, "run": run.id, "revision": run.revision, "title": run.version.flow.title}


def step_on_page(step: steps.Step) -> dict[str, Any]:
    """A step for a page: its kind with its answers or fields."""
    inputs = {"number": "text", "date": "date", "email": "email", "phone": "tel"}
    fields = step.fields if isinstance(step, steps.Form) else ()
    return {
        "kind": type(step).__struct_config__.tag,
        "options": [option.label for option in step.options] if isinstance(step, steps.Choose) else [],
        "fields": [
            {
                "key": field.key,
                "label": field.label,
                "type": inputs.get(field.kind, "text"),
                "is_needed": field.is_needed,
            }
            for field in fields
        ],
    }


def run_of(dialogue: Dialogue) -> FlowRun | None:
    """The flow that a dialogue is in the middle of."""
    active = FlowRun.objects.filter(dialogue=dialogue, status=FlowRun.Status.ACTIVE)
    return active.select_related("version__flow", "dialogue__contact").first()


def handoff_in(dialogue: Dialogue) -> Handoff | None:
    """How a dialogue went to people, if it did."""
    return Handoff.objects.select_related("case").filter(dialogue=dialogue).first()


def last_run_of(dialogue: Dialogue) -> FlowRun | None:
    """The flow that a dialogue is in, or was in last."""
    runs = FlowRun.objects.filter(dialogue=dialogue).select_related("version__flow", "dialogue__case")
    return runs.order_by("-started_at", "-id").first()


def actions_for(user: Any) -> QuerySet[FlowAction]:
    """The systems that flows can ask, for those who set them up."""
    rows = FlowAction.objects.order_by("title")
    return rows if can_open_doors(user) else rows.none()


def action_for(user: Any, key: str) -> FlowAction:
    """One of them. Raises NotFound."""
    found = actions_for(user).filter(key=key).first()
    if found is None:
        raise NotFound("flow_action_absent", "")
    return found


def action_titles() -> dict[str, str]:
    """The systems that a step may ask, by key."""
    return dict(FlowAction.objects.order_by("title").values_list("key", "title"))


def action_names() -> dict[str, list[str]]:
    """The names that each system gives."""
    return {
        key: [str(name) for name in gives] for key, gives in FlowAction.objects.values_list("key", "gives")
    }


def problems_of(document: Document) -> list[judging.Problem]:
    return judging.problems(document, action_names())


def lookups_of(action: FlowAction, limit: int = 20) -> list[FlowLookup]:
    """How the last questions to a system ended."""
    return list(FlowLookup.objects.filter(action=action).order_by("-at", "-id")[:limit])


def _published(lang: str) -> QuerySet[Flow]:
    return Flow.objects.filter(lang=lang, live__isnull=False)
