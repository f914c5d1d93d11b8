"""Writing guided flows: steps of the draft, publishing it as a version, and taking versions back.

Every change of a draft names the edition that it was made from, so that two people at one flow do not undo each
other unseen.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.assistant import events
from huiyin.assistant.flowing import judging, steps
from huiyin.assistant.flowing.steps import Document
from huiyin.assistant.models import Flow, FlowVersion
from huiyin.assistant.selectors import flows as known
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid, NotFound

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
MOST_WORDS = 40
Change = Callable[[Document], Document]


def create(*, key: str, title: str, lang: str, by: User) -> Flow:
    """A new flow with one step that greets. Refuses a key that is taken or cannot stand in an address.

    Events: flow.changed.
    """
    flow = Flow(key=key, lang=lang, title=titled(title), draft=steps.write(_first(lang)))
    return keep_new(flow, by=by.actor)


@transaction.atomic
def keep_new(flow: Flow, *, by: Actor) -> Flow:
    """A flow that was not there yet. Refuses as `create`. Events: flow.changed."""
    if not KEY.fullmatch(flow.key):
        told = _("Use small letters, digits and hyphens, at most 60.")
        raise Invalid("key_invalid", told, field="key")
    try:
        with transaction.atomic():
            flow.save(force_insert=True)
    except IntegrityError as taken:
        raise Conflict("key_taken", _("There is a flow with this address already."), field="key") from taken
    _tell(flow, by)
    return flow


@transaction.atomic
def describe(flow: Flow, values: dict[str, Any], *, edition: int, by: User) -> Flow:
    """Another title, summary, list of words or place in the help centre. Refuses a stale edition.

    Events: flow.changed.
    """
    held = hold(flow, edition)
    held.title, held.summary = titled(values["title"]), str(values["summary"]).strip()[:200]
    held.words = worded(values["words"])
    held.is_listed = bool(values["is_listed"])
    return changed(held, by.actor)


def add(flow: Flow, kind: str, *, after: str = "", edition: int, by: User) -> tuple[Flow, str]:
    """A new step of this kind behind another, or at the end; its id. Refuses an unknown kind, a stale edition.

    Events: flow.changed.
    """
    made = steps.KINDS.get(kind)
    if made is None:
        raise Invalid("step_kind_unknown", _("There is no such kind of step."), field="kind")
    id = steps.fresh_id(known.draft_of(flow))

    def change(document: Document) -> Document:
        at = document.place(after) + 1 if document.find(after) else len(document.steps)
        return Document((*document.steps[:at], made(id=id), *document.steps[at:]))

    return _edit(flow, change, edition=edition, by=by), id


def write(flow: Flow, step: steps.Step, *, edition: int, by: User) -> Flow:
    """A step anew, in its place. Refuses one that is not there, and a stale edition. Events: flow.changed."""

    def change(document: Document) -> Document:
        at = _place(document, step.id)
        return Document((*document.steps[:at], step, *document.steps[at + 1 :]))

    return _edit(flow, change, edition=edition, by=by)


def rewrite(flow: Flow, raw: Sequence[dict[str, Any]], *, edition: int, by: User) -> Flow:
    """All steps at once, as a file gives them. Refuses what no step looks like, and a stale edition.

    Events: flow.changed.
    """
    document = Document(tuple(step_from(each) for each in raw))
    return _edit(flow, lambda _before: document, edition=edition, by=by)


def move(flow: Flow, id: str, *, by_places: int, edition: int, by: User) -> Flow:
    """A step further up (negative) or down. Refuses as `write`. Events: flow.changed."""

    def change(document: Document) -> Document:
        listed = list(document.steps)
        step = listed.pop(_place(document, id))
        to = max(0, min(len(listed), document.place(id) + by_places))
        return Document((*listed[:to], step, *listed[to:]))

    return _edit(flow, change, edition=edition, by=by)


def remove(flow: Flow, id: str, *, edition: int, by: User) -> Flow:
    """A step less; ways that led to it lead on to the following step. Refuses as `write`. Events: flow.changed."""

    def change(document: Document) -> Document:
        _place(document, id)
        return Document(tuple(steps.redirected(step, id) for step in document.steps if step.id != id))

    return _edit(flow, change, edition=edition, by=by)


@transaction.atomic
def publish(flow: Flow, *, edition: int, by: User) -> FlowVersion:
    """The draft as a new version that users get from now on; who is in an older one stays in it.

    Refuses a draft with problems, and a stale edition. Events: flow.published.
    """
    held = hold(flow, edition)
    if found := judging.problems(known.draft_of(held), known.action_names()):
        told = _("Some steps cannot work yet.")
        raise Invalid("flow_has_problems", told, problems=[each.code for each in found])
    last = held.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = FlowVersion(flow=held, number=last + 1, steps=held.draft, by=by)
    version.save(force_insert=True)
    return _live(held, version, by)


@transaction.atomic
def take_back(version: FlowVersion, *, by: User) -> FlowVersion:
    """An older version again, for users and as the draft. Refuses one whose look-ups are gone.

    Events: flow.published.
    """
    held = hold(version.flow, None)
    if judging.problems(steps.read(version.steps), known.action_names()):
        raise Invalid("flow_has_problems", _("This version asks a system that is not set up any more."))
    held.draft, held.edition = version.steps, held.edition + 1
    return _live(held, version, by)


@transaction.atomic
def withdraw(flow: Flow, *, by: User) -> Flow:
    """Nobody new gets it; its versions stay. Events: flow.withdrawn."""
    held = hold(flow, None)
    if held.live_id is not None:
        held.live = None
        held.save(update_fields=["live"])
        journal.publish(events.FlowWithdrawn(subject=str(held.id)), by=by.actor)
    return held


@transaction.atomic
def _edit(flow: Flow, change: Change, *, edition: int, by: User) -> Flow:
    held = hold(flow, edition)
    held.draft = steps.write(change(known.draft_of(held)))
    return changed(held, by.actor)


def hold(flow: Flow, edition: int | None) -> Flow:
    """The row as it is now, locked until the transaction ends. Refuses a stale edition."""
    held = Flow.objects.select_for_update(of=("self",)).select_related("live").get(id=flow.id)
    if edition is not None and held.edition != edition:
        told = _("Somebody changed this flow in the meantime. Please look at it again.")
        raise Conflict("flow_changed", told, current={"edition": held.edition})
    return held


def changed(held: Flow, by: Actor) -> Flow:
    """Keep a flow whose row the caller holds, as one more edition."""
    held.edition, held.changed_at = held.edition + 1, clock.now()
    held.save()
    _tell(held, by)
    return held


def _tell(flow: Flow, by: Actor) -> None:
    journal.publish(events.FlowChanged(subject=str(flow.id), edition=flow.edition), by=by)


def _live(held: Flow, version: FlowVersion, by: User) -> FlowVersion:
    held.live = version
    held.save(update_fields=["live", "draft", "edition"])
    journal.publish(events.FlowPublished(subject=str(held.id), version=version.number), by=by.actor)
    return version


def _place(document: Document, id: str) -> int:
    if document.find(id) is None:
        raise NotFound("step_absent", _("This step is not there any more."))
    return document.place(id)


def titled(title: str) -> str:
    """The title as it is kept. Refuses none and one that is too long."""
    if not title.strip() or len(title) > 120:
        raise Invalid("title_invalid", _("Give it a title of at most 120 characters."), field="title")
    return title.strip()


def worded(given: Sequence[str]) -> list[str]:
    """The words that lead to the flow, each once; too short ones would lead everybody there."""
    words = list(dict.fromkeys(word.strip() for word in given if word.strip()))
    if any(len(word) < 2 or len(word) > 40 for word in words) or len(words) > MOST_WORDS:
        told = _("At most 40 words or phrases, each of 2 to 40 characters.")
        raise Invalid("words_invalid", told, field="words")
    return words


def _first(lang: str) -> Document:
    """What a new flow begins with: a greeting in its own language, and an end."""
    chinese = lang == "zh"
    hello = "请按步骤操作，我们一起找出原因。" if chinese else "Let us find the cause together, step by step."
    last = "以上就是全部步骤。" if chinese else "That was the last step."
    return Document((steps.Say(id="s1", text=hello), steps.End(id="s2", text=last)))


def step_from(raw: dict[str, Any]) -> steps.Step:
    """A step as a form or a file gives it. Refuses what no step looks like."""
    try:
        return msgspec.convert(raw, steps.Step)  # type: ignore[arg-type]
    except msgspec.ValidationError as problem:
        raise Invalid("step_invalid", _("This step cannot be read."), field="kind") from problem
