"""The steps of a guided flow, and the document that lists them in order.

A target is the id of a step, `person` (people take over), or empty: the step that follows in the list.
"""

from typing import Any, Literal

import msgspec

PERSON = "person"
Operator = Literal["is", "is_not", "contains", "over", "under", "given"]
FieldKind = Literal["text", "number", "date", "email", "phone"]


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer to choose, and where it leads."""

    label: str
    to: str = ""


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a form asks for; `key` is the name under which later steps know it."""

    key: str
    label: str
    kind: FieldKind = "text"
    is_needed: bool = True


class Say(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="say"):
    """Tells something and goes on."""

    id: str
    text: str = ""
    to: str = ""


class Choose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="choose"):
    """Asks a question with given answers, each with its own way on."""

    id: str
    text: str = ""
    options: tuple[Option, ...] = ()


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="form"):
    """Asks for some values, which later steps may test, show, or send to another system."""

    id: str
    text: str = ""
    fields: tuple[Field, ...] = ()
    to: str = ""


class Lookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="lookup"):
    """Asks another system; what it says is known to later steps by the names that the action gives."""

    id: str
    action: str = ""
    sends: tuple[str, ...] = ()
    found: str = ""
    absent: str = PERSON
    failed: str = PERSON


class Test(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="test"):
    """Goes one way or the other by a value that is known."""

    id: str
    key: str = ""
    operator: Operator = "is"
    value: str = ""
    yes: str = ""
    no: str = ""


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="end"):
    """Tells the last thing and asks whether it helped; a no goes to people."""

    id: str
    text: str = ""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="person"):
    """Gives the talk to people."""

    id: str
    text: str = ""


Step = Say | Choose | Form | Lookup | Test | End | Person
KINDS: dict[str, type[Any]] = {
    "say": Say,
    "choose": Choose,
    "form": Form,
    "lookup": Lookup,
    "test": Test,
    "end": End,
    "person": Person,
}


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All steps in the order of the editor; the first is where everybody begins."""

    steps: tuple[Step, ...] = ()

    def find(self, id: str) -> Step | None:
        return next((step for step in self.steps if step.id == id), None)

    def place(self, id: str) -> int:
        """Where the step stands, counted from 0. The step must be there."""
        return next(at for at, step in enumerate(self.steps) if step.id == id)

    def after(self, id: str) -> str:
        """The id of the following step; `person` behind the last, so that no flow ends in nothing."""
        at = self.place(id) + 1
        return self.steps[at].id if at < len(self.steps) else PERSON


def read(raw: Any) -> Document:
    """The document kept in a table. Raises msgspec.ValidationError when it is none."""
    return msgspec.convert(raw or {}, Document)


def write(document: Document) -> dict[str, Any]:
    """The document for a table."""
    kept: dict[str, Any] = msgspec.to_builtins(document)
    return kept


def fresh_id(document: Document) -> str:
    """An id that no step has and none had: one more than the highest."""
    taken = [int(step.id[1:]) for step in document.steps if step.id[1:].isdecimal()]
    return f"s{max(taken, default=0) + 1}"


def ways(step: Step) -> dict[str, str]:
    """Every way on, by what leads there."""
    match step:
        case Say(to=to) | Form(to=to):
            return {"to": to}
        case Choose(options=options):
            return {f"options.{at}": option.to for at, option in enumerate(options)}
        case Lookup(found=found, absent=absent, failed=failed):
            return {"found": found, "absent": absent, "failed": failed}
        case Test(yes=yes, no=no):
            return {"yes": yes, "no": no}
    return {}


def redirected(step: Step, gone: str) -> Step:
    """The step with every way to a step that is gone leading to the following one instead."""

    def kept(to: str) -> str:
        return "" if to == gone else to

    match step:
        case Say() | Form():
            return msgspec.structs.replace(step, to=kept(step.to))
        case Choose(options=options):
            return msgspec.structs.replace(step, options=tuple(Option(o.label, kept(o.to)) for o in options))
        case Lookup():
            changed = {name: kept(to) for name, to in ways(step).items()}
            return msgspec.structs.replace(step, **changed)
        case Test():
            return msgspec.structs.replace(step, yes=kept(step.yes), no=kept(step.no))
    return step
