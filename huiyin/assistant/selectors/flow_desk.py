"""What the editor of guided flows shows: each step with its ways on and its problems, and what may be chosen."""

from typing import Any

from django.utils.translation import gettext as _

from huiyin.assistant import flow_words as words
from huiyin.assistant.flowing import judging, steps
from huiyin.assistant.flowing.steps import PERSON, Document
from huiyin.assistant.models import Flow
from huiyin.assistant.selectors import flows as known

EXCERPT = 90
SPARE_ROWS = 3


def editor(flow: Flow) -> dict[str, Any]:
    """The whole page of one flow."""
    document = known.draft_of(flow)
    found = known.problems_of(document)
    titles = known.action_titles()
    return {
        "flow": flow,
        "steps": [
            _line(step, at, document, found, titles) for at, step in enumerate(document.steps, start=1)
        ],
        "problems": [told(problem) for problem in found if not problem.step],
        "problem_count": len(found),
        "kinds": list(words.KINDS.items()),
        "versions": known.versions_of(flow),
        "is_published_as_it_is": flow.live is not None and flow.live.steps == flow.draft,
    }


def step_form(flow: Flow, step: steps.Step) -> dict[str, Any]:
    """One step for its form: its values, spare rows, and every choice that it may make."""
    document = known.draft_of(flow)
    kind = kind_of(step)
    return {
        "flow": flow,
        "step": step,
        "kind": kind,
        "kind_label": words.KINDS[kind],
        "number": document.place(step.id) + 1,
        "targets": targets(document, step),
        "names": judging.known_names(document, known.action_names()),
        "actions": list(known.action_titles().items()),
        "operators": list(words.OPERATORS.items()),
        "field_kinds": list(words.FIELD_KINDS.items()),
        "options": _spare(step.options, steps.Option("")) if isinstance(step, steps.Choose) else [],
        "fields": _spare(step.fields, steps.Field("", "")) if isinstance(step, steps.Form) else [],
        "preview": {**known.step_on_page(step), "title": flow.title},
        "problems": [told(each) for each in known.problems_of(document) if each.step == step.id],
    }


def targets(document: Document, step: steps.Step) -> list[tuple[str, str]]:
    """Where a way may lead: on, to any other step, or to a person."""
    others = [
        (other.id, f"{at}. {excerpt(other)}")
        for at, other in enumerate(document.steps, start=1)
        if other.id != step.id
    ]
    return [("", _("The following step")), *others, (PERSON, _("A person takes over"))]


def excerpt(step: steps.Step) -> str:
    """A few words by which to know a step."""
    text = " ".join(getattr(step, "text", "").split())
    label = str(words.KINDS[kind_of(step)])
    return text if text and len(text) <= EXCERPT else f"{text[:EXCERPT]}…" if text else label


def kind_of(step: steps.Step) -> str:
    return str(type(step).__struct_config__.tag)


def told(problem: judging.Problem) -> str:
    """What is wrong, in words."""
    return f"{words.PROBLEMS[problem.code]} {problem.detail}".strip()


def _line(
    step: steps.Step, at: int, document: Document, found: list[judging.Problem], titles: dict[str, str]
) -> dict[str, Any]:
    kind = kind_of(step)
    return {
        "id": step.id,
        "number": at,
        "kind": kind,
        "icon": words.ICONS[kind],
        "label": words.KINDS[kind],
        "text": _about(step, titles),
        "ways": _ways(step, document),
        "problems": [told(each) for each in found if each.step == step.id],
        "is_first": at == 1,
        "is_last": at == len(document.steps),
    }


def _about(step: steps.Step, titles: dict[str, str]) -> str:
    match step:
        case steps.Lookup(action=action):
            return titles.get(action, action)
        case steps.Test(key=key, operator=operator, value=value):
            return f"{key} {words.OPERATORS[operator]} {value}".strip()
    return excerpt(step) if getattr(step, "text", "") else ""


def _ways(step: steps.Step, document: Document) -> list[tuple[str, str]]:
    """Each way on with its name, where it is not simply the following step."""
    names = {
        "found": _("Found"),
        "absent": _("Not found"),
        "failed": _("Failed"),
        "yes": _("Yes"),
        "no": _("No"),
    }
    if isinstance(step, steps.Choose):
        names |= {f"options.{at}": option.label for at, option in enumerate(step.options)}
    return [
        (names.get(name, ""), _place(to, document))
        for name, to in steps.ways(step).items()
        if to or name in names
    ]


def _place(to: str, document: Document) -> str:
    if to == PERSON:
        return _("A person takes over")
    if not to:
        return _("The following step")
    return str(document.place(to) + 1) if document.find(to) else "?"


def _spare(rows: tuple[Any, ...], empty: Any) -> list[Any]:
    return [*rows, *([empty] * SPARE_ROWS)]
