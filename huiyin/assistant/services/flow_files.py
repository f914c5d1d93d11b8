"""Guided flows as files: what is being written, to keep elsewhere or to carry into another house.

A file names the systems that its steps ask by key alone: addresses and secrets stay where they were set up.
"""

import re
from typing import Annotated, Any, Literal

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.assistant.flowing import judging, steps
from huiyin.assistant.flowing.steps import PERSON, Document, Step
from huiyin.assistant.models import Flow
from huiyin.assistant.services import flows
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid

MOST_BYTES = 512 * 1024
STEP_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class FlowFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The schema of a file; whatever it does not name is refused."""

    huiyin_flow: Literal[1]
    key: str
    lang: Annotated[str, msgspec.Meta(pattern="^(zh|en)$")]
    title: str
    summary: Annotated[str, msgspec.Meta(max_length=200)] = ""
    words: tuple[str, ...] = ()
    is_listed: bool = True
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=judging.MOST_STEPS)]


def written(flow: Flow) -> bytes:
    """The draft of a flow as a file."""
    file = FlowFile(
        huiyin_flow=1,
        key=flow.key,
        lang=flow.lang,
        title=flow.title,
        summary=flow.summary,
        words=tuple(flow.words),
        is_listed=flow.is_listed,
        steps=steps.read(flow.draft).steps,
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"


def key_in(data: bytes) -> str:
    """The key of the flow that a file holds. Refuses what is no such file."""
    return _read(data).key


def take_in(data: bytes, *, by: Actor) -> Flow:
    """A new flow from a file, as a draft. Refuses what is no such file, and a key that is taken.

    Events: flow.changed.
    """
    file = _read(data)
    return flows.keep_new(Flow(key=file.key, lang=file.lang, **_values(file)), by=by)


@transaction.atomic
def replace(flow: Flow, data: bytes, *, edition: int | None = None, by: Actor) -> Flow:
    """The draft of a flow as a file has it; the flow keeps its key, and users what was published.

    Refuses what is no such file, one in another language, and a stale edition. Events: flow.changed.
    """
    file = _read(data)
    held = flows.hold(flow, edition)
    if file.lang != held.lang:
        raise Invalid("language_differs", _("The file holds a flow in another language."), field="file")
    for name, value in _values(file).items():
        setattr(held, name, value)
    return flows.changed(held, by)


def _values(file: FlowFile) -> dict[str, Any]:
    return {
        "title": flows.titled(file.title),
        "summary": file.summary.strip(),
        "words": flows.worded(file.words),
        "is_listed": file.is_listed,
        "draft": steps.write(Document(file.steps)),
    }


def _read(data: bytes) -> FlowFile:
    if len(data) > MOST_BYTES:
        raise Invalid("file_too_large", _("The file is larger than 512 KB."), field="file")
    try:
        file = msgspec.json.decode(data, type=FlowFile)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        told = _("This is no file of a guided flow: %(reason)s") % {"reason": problem}
        raise Invalid("file_invalid", told, field="file") from problem
    ids = [step.id for step in file.steps]
    wrong = [id for id in ids if ids.count(id) > 1 or id == PERSON or not STEP_ID.fullmatch(id)]
    if wrong:
        told = _("Each step needs an id of its own of small letters and digits: %(id)s") % {"id": wrong[0]}
        raise Invalid("file_invalid", told, field="file")
    return file
