"""Walking a flow: from where somebody stands to where they, another system or a person has to do something."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from huiyin.assistant.flowing import steps
from huiyin.assistant.flowing.judging import USED
from huiyin.assistant.flowing.steps import PERSON, Choose, Document, End, Form, Lookup, Say, Test

MOST_STEPS = 100  # of themselves, between two answers: more is a loop that judging did not see
MOST_VALUE = 500


class Halt(StrEnum):
    """Who has to do something now."""

    USER = "user"
    SYSTEM = "system"
    PERSON = "person"


class Broken(Exception):
    """The flow cannot go on by itself; people have to. `reason` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unfit(Exception):
    """What was given does not fit the step: an error for each field, or for the whole under an empty name."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


@dataclass(frozen=True)
class Standing:
    """Where somebody is, what is known of them, and what was said on the way here."""

    step: str
    answers: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    halt: Halt = Halt.USER


def begin(document: Document) -> Standing:
    """The first place where somebody has to do something. Raises Broken."""
    if not document.steps:
        raise Broken("empty")
    return walk(document, document.steps[0].id, {})


def choose(document: Document, at: Standing, number: int) -> tuple[Standing, str]:
    """After the answer with this number, counted from 0; and its words. Raises Unfit, Broken."""
    step = document.find(at.step)
    if not isinstance(step, Choose) or not 0 <= number < len(step.options):
        raise Unfit({"": "choice_unknown"})
    option = step.options[number]
    return walk(document, option.to or document.after(step.id), at.answers), option.label


def fill(document: Document, at: Standing, given: Mapping[str, str]) -> tuple[Standing, str]:
    """After a form; and its values in words. Raises Unfit with the code of each error, Broken."""
    step = document.find(at.step)
    if not isinstance(step, Form):
        raise Unfit({"": "form_unknown"})
    values, errors = {}, {}
    for each in step.fields:
        value = given.get(each.key, "").strip()
        if error := _error(each, value):
            errors[each.key] = error
        values[each.key] = value
    if errors:
        raise Unfit(errors)
    words = "\n".join(f"{each.label}: {values[each.key]}" for each in step.fields if values[each.key])
    return walk(document, step.to or document.after(step.id), {**at.answers, **values}), words


def asked(document: Document, at: Standing) -> tuple[Lookup, dict[str, str]]:
    """What another system is asked now, with the values it gets. Raises Broken."""
    step = document.find(at.step)
    if not isinstance(step, Lookup):
        raise Broken("lookup_unknown")
    return step, {name: at.answers.get(name, "") for name in step.sends}


def looked_up(document: Document, at: Standing, outcome: str, gives: Mapping[str, str]) -> Standing:
    """After another system said `found`, `absent`, or nothing of use: `failed`. Raises Broken."""
    step, _sends = asked(document, at)
    to = {"found": step.found, "absent": step.absent}.get(outcome, step.failed)
    known = {**at.answers, **{name: value[:MOST_VALUE] for name, value in gives.items()}}
    return walk(document, to or document.after(step.id), known)


def walk(document: Document, to: str, answers: Mapping[str, str]) -> Standing:
    """On from a step, saying what is to be said, until somebody has to do something. Raises Broken."""
    said: list[str] = []
    for _ in range(MOST_STEPS):
        step = document.find(to)
        if to != PERSON and step is None:
            raise Broken("way_to_nowhere")
        if words := filled_in(getattr(step, "text", ""), answers):
            said.append(words)
        match step:
            case None | steps.Person():
                return Standing(to, answers, tuple(said), Halt.PERSON)
            case Choose() | Form() | End():
                return Standing(to, answers, tuple(said), Halt.USER)
            case Lookup():
                return Standing(to, answers, tuple(said), Halt.SYSTEM)
            case Say():
                to = step.to or document.after(step.id)
            case Test():
                to = (step.yes if holds(step, answers) else step.no) or document.after(step.id)
    raise Broken("loop")


def filled_in(text: str, answers: Mapping[str, str]) -> str:
    """The text with the values that are known in the places of their names."""
    return USED.sub(lambda found: answers.get(found[1], ""), text).strip()


def holds(step: Test, answers: Mapping[str, str]) -> bool:
    """Does the test hold? Numbers are compared as numbers; what is no number is neither over nor under."""
    known, wanted = answers.get(step.key, "").strip(), step.value.strip()
    match step.operator:
        case "given":
            return bool(known)
        case "is":
            return known.casefold() == wanted.casefold()
        case "is_not":
            return known.casefold() != wanted.casefold()
        case "contains":
            return bool(wanted) and wanted.casefold() in known.casefold()
    left, right = _number(known), _number(wanted)
    if left is None or right is None:
        return False
    return left > right if step.operator == "over" else left < right


def _error(field: steps.Field, value: str) -> str:
    """What is wrong with a value, as a stable word; empty when nothing is."""
    if not value:
        return "needed" if field.is_needed else ""
    if len(value) > MOST_VALUE:
        return "too_long"
    right = {
        "number": lambda: _number(value) is not None,
        "date": lambda: _is_date(value),
        "email": lambda: "@" in value.strip("@") and " " not in value,
        "phone": lambda: 5 <= sum(each.isdecimal() for each in value) <= 15,
    }
    check = right.get(field.kind)
    return "" if check is None or check() else field.kind


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
