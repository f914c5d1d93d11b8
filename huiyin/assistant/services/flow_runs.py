"""Somebody walks a guided flow inside their dialogue: each answer is a turn, and no way ends in nothing.

A run that breaks, whatever the reason, hands the dialogue over to people.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.assistant import events
from huiyin.assistant.flowing import engine
from huiyin.assistant.flowing.engine import Broken, Halt, Standing
from huiyin.assistant.models import Dialogue, Flow, FlowRun, Handoff, Turn
from huiyin.assistant.selectors import flows as known
from huiyin.assistant.services.dialogues import ASSISTANT, Reply, hear, say
from huiyin.assistant.services.flow_actions import ask
from huiyin.assistant.services.handing import hand_over
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, NotFound

Status = FlowRun.Status


def begin(flow: Flow, dialogue: Dialogue, *, by: Actor) -> FlowRun:
    """Start a flow in a dialogue; one that is going on already goes on, another one is left.

    Refuses a flow that is not published, and a dialogue that people took over or that ended.
    Events: flow.begun, dialogue.answered.
    """
    if flow.live is None:
        raise NotFound("flow_absent", "")
    going_on = known.run_of(dialogue)
    if going_on is not None and going_on.version.flow_id == flow.id:
        return going_on
    asked = hear(dialogue, flow.title, by=by)
    return answer_with(flow, asked, by=by)


def answer_with(flow: Flow, asked: Turn, *, by: Actor) -> FlowRun:
    """Answer a turn with a flow. A broken one hands over. Events: flow.begun, dialogue.answered."""
    run = _begun(flow, asked.dialogue, known.run_of(asked.dialogue), by)
    try:
        standing = engine.begin(known.document_of(run.version))
    except Broken as broken:
        return _hand(run, broken.reason)
    return _go_on(run, asked, standing)


def choose(run: FlowRun, number: int, *, revision: int, by: Actor) -> FlowRun:
    """The visitor takes an answer of the present step. Refuses one that is not offered, and a stale page.

    Raises engine.Unfit. Events: dialogue.answered, or those of a hand-over; flow.ended at the end.
    """
    return _answer(run, lambda document, at: engine.choose(document, at, number), revision=revision, by=by)


def fill(run: FlowRun, given: Mapping[str, str], *, revision: int, by: Actor) -> FlowRun:
    """The visitor fills in the form of the present step. Refuses and raises as `choose`."""
    return _answer(run, lambda document, at: engine.fill(document, at, given), revision=revision, by=by)


def finish(run: FlowRun, *, helped: bool, revision: int, by: Actor) -> FlowRun:
    """The visitor's word at the end. A no goes to people. Refuses a stale page. Events: flow.ended."""
    _claim(run, revision)
    words = _("Yes, it helped") if helped else _("No, it did not help")
    asked = hear(run.dialogue, words, by=by)
    if not helped:
        return _hand(run, "not_helped", helped=False)
    with _speaking(run):
        say(asked, Reply(act=Turn.Act.FLOW, text=_("Good to hear. Is there anything else?")))
    return _end(run, Status.DONE, helped=True)


def leave_in(dialogue_id: str) -> None:
    """End the flow of a dialogue that ended, or that people took over. Events: flow.ended."""
    for run in FlowRun.objects.filter(dialogue_id=dialogue_id, status=Status.ACTIVE):
        _end(run, Status.LEFT, reason="dialogue_closed")


def standing_of(run: FlowRun) -> Standing:
    return Standing(run.step, run.answers)


def _answer(run: FlowRun, walk: Any, *, revision: int, by: Actor) -> FlowRun:
    if run.revision != revision:
        raise Conflict("step_answered", _("This step was answered already."))
    try:
        standing, words = walk(known.document_of(run.version), standing_of(run))
    except Broken as broken:
        _claim(run, revision)
        return _hand(run, broken.reason)
    _claim(run, revision)
    asked = hear(run.dialogue, words, by=by)
    return _go_on(run, asked, standing)


def _go_on(run: FlowRun, asked: Turn, standing: Standing) -> FlowRun:
    """Ask other systems as long as the flow wants it, outside any transaction; then say what is to be said."""
    said: tuple[str, ...] = standing.said
    try:
        while standing.halt == Halt.SYSTEM:
            _stand(run, standing)
            standing = _looked_up(run, standing)
            said += standing.said
    except Broken as broken:
        return _hand(run, broken.reason)
    standing = replace(standing, said=said)
    if said and say(asked, Reply(act=Turn.Act.FLOW, text="\n\n".join(said))) is None:
        return _end(run, Status.LEFT, reason="taken_over")
    if standing.halt == Halt.PERSON:
        return _hand(run, "by_design")
    return _stand(run, standing)


def _looked_up(run: FlowRun, standing: Standing) -> Standing:
    document = known.document_of(run.version)
    step, values = engine.asked(document, standing)
    told = ask(step.action, values, id=f"flow_{run.id.hex}_{run.revision}_{step.id}")
    return engine.looked_up(document, standing, told.outcome, told.values)


@transaction.atomic
def _begun(flow: Flow, dialogue: Dialogue, before: FlowRun | None, by: Actor) -> FlowRun:
    if before is not None:
        _end(before, Status.LEFT, reason="another")
    run = FlowRun(dialogue=dialogue, version=flow.live, step="")
    run.save(force_insert=True)
    journal.publish(events.FlowBegun(subject=str(dialogue.id), flow=str(flow.id), run=str(run.id)), by=by)
    return run


def _claim(run: FlowRun, revision: int) -> None:
    """Of two answers to one step, the first counts."""
    fresh = FlowRun.objects.filter(id=run.id, revision=revision, status=Status.ACTIVE)
    if not fresh.update(revision=F("revision") + 1, touched_at=clock.now()):
        raise Conflict("step_answered", _("This step was answered already."))
    run.revision = revision + 1


def _stand(run: FlowRun, standing: Standing) -> FlowRun:
    run.step, run.answers, run.touched_at = standing.step, dict(standing.answers), clock.now()
    run.save(update_fields=["step", "answers", "touched_at"])
    return run


def _hand(run: FlowRun, reason: str, *, helped: bool | None = None) -> FlowRun:
    hand_over(run.dialogue, reason=Handoff.Reason.FLOW)
    return _end(run, Status.HANDED, reason=reason, helped=helped)


@transaction.atomic
def _end(run: FlowRun, status: str, *, reason: str = "", helped: bool | None = None) -> FlowRun:
    held = FlowRun.objects.select_for_update(of=("self",)).get(id=run.id)
    if held.status != Status.ACTIVE:
        return held
    held.status, held.reason, held.helped = status, reason[:40], helped
    held.answers, held.ended_at = {}, clock.now()
    held.save(update_fields=["status", "reason", "helped", "answers", "ended_at"])
    fact = events.FlowEnded(subject=str(held.dialogue_id), run=str(held.id), status=status, reason=reason)
    journal.publish(fact, by=ASSISTANT)
    return held


def _speaking(run: FlowRun) -> Any:
    return translation.override("en" if run.dialogue.lang == "en" else "zh-hans")
