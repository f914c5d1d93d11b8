"""Trying a draft: walked as users would, with real look-ups, without a dialogue and without a row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from huiyin.assistant.flowing import engine
from huiyin.assistant.flowing.engine import Broken, Halt, Standing
from huiyin.assistant.flowing.steps import Document
from huiyin.assistant.services.flow_actions import ask


@dataclass(frozen=True)
class Trial:
    """How far somebody has come. `log` are pairs of who spoke (`flow`, `user`, `system`) and what was said.

    `ended` is empty while it goes on, else `person`, `done`, or why the flow broke.
    """

    step: str
    answers: Mapping[str, str]
    log: tuple[tuple[str, str], ...] = ()
    ended: str = ""


def begin(document: Document) -> Trial:
    """The draft from its first step."""
    try:
        return _on(document, (), engine.begin(document))
    except Broken as broken:
        return Trial("", {}, (), broken.reason)


def answer(document: Document, trial: Trial, given: Mapping[str, str]) -> Trial:
    """After the answer to the present step. Raises engine.Unfit when it does not fit."""
    at = Standing(trial.step, trial.answers)
    if "helped" in given:
        return replace(trial, ended="done" if given["helped"] == "yes" else "person")
    try:
        if "option" in given:
            number = int(given["option"]) if given["option"].isdecimal() else -1
            standing, words = engine.choose(document, at, number)
        else:
            values = {name.removeprefix("field-"): value for name, value in given.items()}
            standing, words = engine.fill(document, at, values)
        return _on(document, (*trial.log, ("user", words)), standing)
    except Broken as broken:
        return replace(trial, ended=broken.reason)


def _on(document: Document, log: tuple[tuple[str, str], ...], standing: Standing) -> Trial:
    log += tuple(("flow", words) for words in standing.said)
    while standing.halt == Halt.SYSTEM:
        step, values = engine.asked(document, standing)
        told = ask(step.action, values, id=f"trial_{uuid4().hex}")
        heard = ", ".join(f"{name}={value}" for name, value in told.values.items())
        log += (("system", f"{step.action}: {told.outcome} {heard}".strip()),)
        standing = engine.looked_up(document, standing, told.outcome, told.values)
        log += tuple(("flow", words) for words in standing.said)
    ended = "person" if standing.halt == Halt.PERSON else ""
    return Trial(standing.step, dict(standing.answers), log, ended)
