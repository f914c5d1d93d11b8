"""Macros: several acts on a case in one press, all of them or none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.cases import events, phrases, selectors
from huiyin.cases.models import Case, Macro, Priority, Status
from huiyin.cases.models.tools import Do
from huiyin.cases.services import assignment, changes, drafts, notes, rows, threads, tools, transitions
from huiyin.cases.services.tools import Reach
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid

Action = Mapping[str, Any]
MAX_ACTIONS = 20
MAX_TAGS = 30
WRITTEN = (Do.REPLY, Do.NOTE, Do.SOLVE)
TARGETS = (Status.OPEN, Status.PENDING_USER, Status.PENDING_THIRD_PARTY)


@dataclass(frozen=True)
class Applied:
    """The case afterwards, and the reply that waits in the composer for a person to look at."""

    case: Case
    draft: str


@transaction.atomic
def keep_macro(
    macro: Macro | None,
    *,
    name: str,
    actions: Sequence[Action],
    reach: Reach,
    version: int | None = None,
    by: Actor,
) -> Macro:
    """Write a macro, or change one. Refuses a blank name, no acts, acts or variables that we do not know, and a
    stale version. Events: macro.kept.
    """
    if not 0 < len(name.strip()) <= 80:
        raise Invalid("name_length", _("Between 1 and 80 characters, please."), field="name")
    checked = _checked(actions)
    held = tools.hold(macro, version=version) if macro else Macro(version=0)
    held.name, held.actions = name.strip(), checked
    reach.give(held)
    held.version += 1
    held.changed_at = clock.now()
    held.save()
    journal.publish(events.MacroKept(subject=str(held.id), version=held.version), by=by)
    return held


@transaction.atomic
def remove_macro(macro: Macro, *, by: Actor) -> None:
    """Take a macro away; it can be put back. Twice is once. Events: macro.removed."""
    if tools.remove(macro):
        journal.publish(events.MacroRemoved(subject=str(macro.id)), by=by)


@transaction.atomic
def put_back_macro(macro: Macro, *, by: Actor) -> None:
    """Undo a removal. Events: macro.returned."""
    if tools.put_back(macro):
        journal.publish(events.MacroReturned(subject=str(macro.id)), by=by)


@transaction.atomic
def apply_macro(macro: Macro, case: Case, *, version: int | None = None, by: Actor) -> Applied:
    """Do every act of the macro on the case, in order, or none of them.

    A reply that is not sent at once waits in the actor's draft. Refuses a stale version, and whatever one of the
    acts refuses. Events: case.macro_applied, then those of the acts.
    """
    held = rows.hold(case, version=version)
    values = selectors.values_for(held, agent=by.name)
    journal.publish(
        events.MacroApplied(subject=str(held.number), macro=str(macro.id), title=macro.name), by=by
    )
    typed, waiting = drafts.typed(held, by=by), []
    for action in macro.actions:
        text = _text(action, held, values)
        if action["do"] == Do.REPLY and not action.get("send"):
            waiting.append(text)
        else:
            ACTS[action["do"]](held, action, text, by)
            held = rows.hold(held)
    draft = "\n\n".join(waiting)
    drafts.add_to_draft(held, draft, to=typed, by=by)
    tools.used(macro)
    return Applied(held, draft)


def _text(action: Action, case: Case, values: Mapping[str, str]) -> str:
    zh, en = action.get("zh", ""), action.get("en", "")
    chosen = (en or zh) if selectors.language_of(case) == "en" else (zh or en)
    return phrases.fill(chosen, values)


def _reply(case: Case, action: Action, text: str, by: Actor) -> None:
    threads.reply(case, text, by=by)


def _note(case: Case, action: Action, text: str, by: Actor) -> None:
    notes.note(case, text, by=by)


def _change(case: Case, action: Action, text: str, by: Actor) -> None:
    changes.change(case, {action["do"]: action["value"]}, by=by)


def _tag(case: Case, action: Action, text: str, by: Actor) -> None:
    both = list(dict.fromkeys([*case.tags, *action["value"]]))
    changes.change(case, {"tags": both}, by=by)


def _assign(case: Case, action: Action, text: str, by: Actor) -> None:
    owner, team = _whom(action["value"], by)
    assignment.assign(case, owner=owner, team=team, by=by)


def _move(case: Case, action: Action, text: str, by: Actor) -> None:
    if case.status != action["value"]:
        transitions.transition(case, action["value"], by=by)


def _solve(case: Case, action: Action, text: str, by: Actor) -> None:
    transitions.solve(case, resolution=text, by=by)


ACTS: dict[str, Callable[[Case, Action, str, Actor], None]] = {
    Do.REPLY: _reply,
    Do.NOTE: _note,
    Do.PRIORITY: _change,
    Do.CATEGORY: _change,
    Do.TAGS: _tag,
    Do.ASSIGN: _assign,
    Do.STATUS: _move,
    Do.SOLVE: _solve,
}


def _whom(value: str, by: Actor) -> tuple[Any, Any]:
    """Whom an act names: `me`, `owner:ID` or `team:KEY`. Refuses anybody who is not there any more."""
    kind, _colon, key = value.partition(":")
    wanted = by.id if kind == "me" else key
    directory = people.directory()
    owner = next((u for u in directory.people.values() if kind != "team" and str(u.id) == wanted), None)
    team = next((t for t in directory.teams.values() if kind == "team" and t.key == key), None)
    if owner is None and team is None:
        raise Invalid("nobody_chosen", _("Please choose a person or a team."), field="value")
    return owner, team


def _checked(actions: Sequence[Action]) -> list[dict[str, Any]]:
    if not 0 < len(actions) <= MAX_ACTIONS:
        raise Invalid("actions_count", _("A macro has 1 to 20 acts."), field="actions")
    return [_checked_one(place, action) for place, action in enumerate(actions)]


def _checked_one(place: int, action: Action) -> dict[str, Any]:
    """The act as it is stored. A refusal names it by its place: `actions.2`, or `actions.2.zh`."""
    here = f"actions.{place}"
    do = action.get("do", "")
    if do not in Do.values:
        raise Invalid("action_unknown", _("There is no such act."), field=here, known=list(Do.values))
    if do in WRITTEN:
        texts = {name: str(action.get(name, "")).strip() for name in ("zh", "en")}
        tools.check_texts({f"{here}.{name}": text for name, text in texts.items()})
        return {"do": do, **texts, **({"send": bool(action.get("send"))} if do == Do.REPLY else {})}
    value = action.get("value", "")
    if not _is_possible(do, value):
        raise Invalid("value_unknown", _("Please choose one of the values."), field=here)
    return {"do": do, "value": value}


def _is_possible(do: str, value: Any) -> bool:
    if do == Do.TAGS:
        right = isinstance(value, list) and all(isinstance(tag, str) and 0 < len(tag) <= 40 for tag in value)
        return bool(right and 0 < len(value) <= MAX_TAGS)
    if not isinstance(value, str):
        return False
    if do == Do.ASSIGN:
        return value == "me" or value.partition(":")[0] in ("owner", "team")
    known = {Do.PRIORITY: Priority.values, Do.STATUS: TARGETS}.get(Do(do))
    return value in known if known else 0 < len(value) <= 60
