"""Why a flow cannot be published: what a user in the middle of it would run into."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from huiyin.assistant.flowing.steps import (
    PERSON,
    Choose,
    Document,
    End,
    Form,
    Lookup,
    Say,
    Step,
    Test,
    ways,
)
from huiyin.assistant.flowing.steps import Person as PersonStep

MOST_STEPS, MOST_TEXT = 60, 2_000
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
USED = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
WAITING = (Choose, Form, End, PersonStep)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one step, as a stable word; `detail` is the name it is about."""

    step: str
    code: str
    detail: str = ""


def problems(document: Document, actions: Mapping[str, Collection[str]]) -> list[Problem]:
    """All problems in order; `actions` are the systems that can be asked, with the names that each gives."""
    if not document.steps:
        return [Problem("", "empty")]
    found = [Problem("", "too_long")] if len(document.steps) > MOST_STEPS else []
    for step in document.steps:
        found += _of(step, document, actions)
    reached = _reached(document)
    found += [Problem(step.id, "unreachable") for step in document.steps if step.id not in reached]
    return found + [Problem(step.id, "loop") for step in document.steps if _loops(step, document)]


def known_names(document: Document, actions: Mapping[str, Collection[str]]) -> list[str]:
    """The names that steps may test, show and send, in the order in which they come up."""
    names: list[str] = []
    for step in document.steps:
        if isinstance(step, Form):
            names += [field.key for field in step.fields]
        elif isinstance(step, Lookup):
            names += actions.get(step.action, ())
    return list(dict.fromkeys(names))


def _of(step: Step, document: Document, actions: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    ids, names = {each.id for each in document.steps}, set(known_names(document, actions))
    for to in ways(step).values():
        if to and to != PERSON and to not in ids:
            yield Problem(step.id, "way_to_nowhere", to)
    text = getattr(step, "text", "")
    if isinstance(step, Say | Choose | Form | End) and not text.strip():
        yield Problem(step.id, "text_missing")
    if len(text) > MOST_TEXT:
        yield Problem(step.id, "text_too_long")
    yield from (Problem(step.id, "name_unknown", name) for name in USED.findall(text) if name not in names)
    yield from _of_kind(step, names, actions)


def _of_kind(step: Step, names: set[str], actions: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    match step:
        case Choose(options=options) if len(options) < 2 or any(not o.label.strip() for o in options):
            yield Problem(step.id, "options_missing")
        case Form(fields=fields):
            if not fields:
                yield Problem(step.id, "fields_missing")
            yield from (Problem(step.id, "key_invalid", f.key) for f in fields if not NAME.fullmatch(f.key))
        case Lookup(action=action, sends=sends):
            if action not in actions:
                yield Problem(step.id, "action_unknown", action)
            yield from (Problem(step.id, "name_unknown", name) for name in sends if name not in names)
        case Test(key=key) if key not in names:
            yield Problem(step.id, "name_unknown", key)


def _targets(step: Step, document: Document) -> list[str]:
    return [to or document.after(step.id) for to in ways(step).values()]


def _reached(document: Document) -> set[str]:
    waiting, reached = [document.steps[0].id], set[str]()
    while waiting:
        id = waiting.pop()
        step = document.find(id)
        if step is not None and id not in reached:
            reached.add(id)
            waiting += _targets(step, document)
    return reached


def _loops(step: Step, document: Document) -> bool:
    """Can it come back to itself without anybody being asked anything?"""
    waiting, seen = [step.id], set[str]()
    while waiting:
        current = document.find(waiting.pop())
        if current is None or isinstance(current, WAITING):
            continue
        for to in _targets(current, document):
            if to == step.id:
                return True
            if to not in seen:
                seen.add(to)
                waiting.append(to)
    return False
