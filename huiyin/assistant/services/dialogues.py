"""Talks with visitors: begun, heard, spoken in, rated, ended. Whoever speaks holds the dialogue's row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact
from huiyin.assistant import events, selectors
from huiyin.assistant.models import Dialogue, Outcome, State, Turn
from huiyin.core import clock, journal
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Conflict, Invalid

ASSISTANT = Actor("system", "assistant", "Huiyin")
MAX_TEXT = 2_000
MOST_TURNS = 200
# Longer than any answer takes: whoever is silent for so long broke off, and the timer goes on for them.
ANSWERING = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the assistant is about to say, and what it was chosen from."""

    act: str
    text: str
    candidates: Sequence[dict[str, Any]] = field(default_factory=tuple)
    confidence: float | None = None
    signs: dict[str, Any] = field(default_factory=dict)
    ranker: str = ""


@transaction.atomic
def begin(*, lang: str, contact: Contact | None = None, by: Actor) -> Dialogue:
    """A new dialogue; the visitor has the first word. Events: dialogue.begun."""
    dialogue = Dialogue(lang=lang, contact=contact, state=State.WAITING, until_at=_idle())
    dialogue.save(force_insert=True)
    journal.publish(events.DialogueBegun(subject=str(dialogue.id), lang=lang), by=by)
    return dialogue


def hear(dialogue: Dialogue, text: str, *, nonce: UUID | None = None, by: Actor) -> Turn:
    """The visitor's words; the assistant owes an answer from now on. The same nonce again is the same turn.

    Refuses an empty text, one over 2,000 characters, and a dialogue that people have taken over or that ended.
    """
    check(text)
    try:
        return _hear(dialogue, text.strip(), nonce)
    except IntegrityError:
        known = Turn.objects.filter(nonce=nonce, dialogue=dialogue).first() if nonce else None
        if known is None:
            raise
        return known


def check(text: str) -> None:
    """Refuse what cannot be asked; names the field."""
    if not text.strip():
        raise Invalid("text_missing", _("Please write your question first."), field="text")
    if len(text) > MAX_TEXT:
        raise Invalid("text_too_long", _("At most 2,000 characters, please."), field="text", limit=MAX_TEXT)


@transaction.atomic
def say(asked: Turn, reply: Reply, *, by: Actor = ASSISTANT) -> Turn | None:
    """The assistant's answer to a turn. Nothing is said when people took over, or another answer was first.

    Events: dialogue.answered.
    """
    held = hold(asked.dialogue)
    if held.state != State.ASSISTANT or held.turns.filter(number__gt=asked.number).exists():
        return None
    turn = append(
        held,
        Turn(
            speaker=Turn.Speaker.ASSISTANT,
            act=reply.act,
            text=reply.text,
            candidates=list(reply.candidates),
            confidence=reply.confidence,
            signs=reply.signs,
            ranker=reply.ranker,
        ),
    )
    held.state, held.until_at = State.WAITING, _idle()
    held.failures = _failures(held, asked, reply)
    held.save(update_fields=["state", "until_at", "failures", "touched_at"])
    fact = events.DialogueAnswered(
        subject=str(held.id), turn=str(turn.id), act=turn.act, confidence=turn.confidence
    )
    journal.publish(fact, by=by)
    return turn


@transaction.atomic
def rate(turn: Turn, *, helped: bool, by: Actor) -> Turn:
    """The visitor says whether an answer helped; saying it again replaces it. Silence stays unknown.

    Refuses what was no answer. Events: answer.rated.
    """
    held = hold(turn.dialogue)
    said = Turn.objects.select_for_update().get(id=turn.id)
    if said.speaker != Turn.Speaker.ASSISTANT or said.act not in (Turn.Act.ANSWER, Turn.Act.OFFER):
        raise Invalid("turn_not_an_answer", _("Only an answer can be rated."), field="helped")
    outcome = Outcome.CONFIRMED if helped else Outcome.CONTRADICTED
    if said.outcome == outcome:
        return said
    said.outcome = outcome
    said.save(update_fields=["outcome"])
    if held.is_open:
        held.failures = 0 if helped else held.failures + 1
        held.touched_at, held.until_at = clock.now(), _idle()
        held.save(update_fields=["failures", "touched_at", "until_at"])
    journal.publish(events.AnswerRated(subject=str(held.id), turn=str(said.id), outcome=outcome), by=by)
    return said


@transaction.atomic
def pick(turn: Turn, *, article: str, answer: str, by: Actor) -> Turn:
    """The visitor chose one of the articles that were offered: it is told, and the choice is kept with the offer.

    A choice tells which article was meant, not that it helped: that stays unknown until they say so.
    Refuses what was not offered, and a dialogue that people have taken over. Events: dialogue.answered.
    """
    held = hold(turn.dialogue)
    if not held.is_open:
        raise Conflict(
            "dialogue_closed", _("This talk has ended; please begin a new one."), current=held.state
        )
    offer = Turn.objects.select_for_update().get(id=turn.id)
    chosen = next((each for each in offer.candidates if each["article"] == article and each["shown"]), None)
    if chosen is None:
        raise Invalid("article_not_offered", _("Please choose one of the answers shown."), field="article")
    offer.candidates = [{**each, "picked": each is chosen} for each in offer.candidates]
    offer.save(update_fields=["candidates"])
    append(held, Turn(speaker=Turn.Speaker.VISITOR, act=Turn.Act.PICK, text=chosen["title"]))
    told = append(
        held,
        Turn(
            speaker=Turn.Speaker.ASSISTANT,
            act=Turn.Act.ANSWER,
            text=answer,
            candidates=[{**chosen, "shown": True}],
            ranker="picked",
        ),
    )
    held.state, held.until_at = State.WAITING, _idle()
    held.save(update_fields=["state", "until_at", "touched_at"])
    journal.publish(events.DialogueAnswered(subject=str(held.id), turn=str(told.id), act=told.act), by=by)
    return told


@transaction.atomic
def end(dialogue: Dialogue, *, by: Actor = SYSTEM) -> Dialogue:
    """Close a dialogue in which the visitor fell silent. What they said last counts; silence is unknown.

    Does nothing when the visitor spoke meanwhile, people took over, or it ended. Events: dialogue.ended.
    """
    held = hold(dialogue)
    if held.state != State.WAITING or held.until_at is None or held.until_at > clock.now():
        return held
    rated = held.turns.exclude(outcome=Outcome.UNKNOWN).order_by("-number").first()
    held.state, held.until_at, held.ended_at = State.ENDED, None, clock.now()
    held.outcome = rated.outcome if rated else Outcome.UNKNOWN
    held.save(update_fields=["state", "until_at", "ended_at", "outcome"])
    journal.publish(events.DialogueEnded(subject=str(held.id), outcome=held.outcome), by=by)
    return held


@transaction.atomic
def let_go(dialogue: Dialogue) -> None:
    """An answer that broke off and that people cannot take either: the visitor has the word again."""
    held = hold(dialogue)
    if held.state == State.ASSISTANT:
        held.state, held.until_at = State.WAITING, _idle()
        held.save(update_fields=["state", "until_at"])


def hold(dialogue: Dialogue) -> Dialogue:
    """The row as it is now, locked until the transaction ends."""
    return Dialogue.objects.select_for_update().get(id=dialogue.id)


def append(held: Dialogue, turn: Turn) -> Turn:
    """One more turn of a dialogue whose row the caller holds."""
    last = held.turns.order_by("-number").values_list("number", flat=True).first()
    turn.dialogue, turn.number, turn.at = held, (last or 0) + 1, clock.now()
    turn.save(force_insert=True)
    held.touched_at = turn.at
    return turn


@transaction.atomic
def _hear(dialogue: Dialogue, text: str, nonce: UUID | None) -> Turn:
    held = hold(dialogue)
    if not held.is_open:
        raise Conflict(
            "dialogue_closed", _("This talk has ended; please begin a new one."), current=held.state
        )
    known = held.turns.filter(nonce=nonce).first() if nonce else None
    if known is not None:
        return known
    turn = append(held, Turn(speaker=Turn.Speaker.VISITOR, act=Turn.Act.ASK, text=text, nonce=nonce))
    if turn.number > MOST_TURNS:
        raise Conflict("dialogue_too_long", _("This talk is very long; a person can help you better."))
    held.state, held.until_at = State.ASSISTANT, turn.at + ANSWERING
    held.save(update_fields=["state", "until_at", "touched_at"])
    return turn


def _failures(held: Dialogue, asked: Turn, reply: Reply) -> int:
    """How many questions in a row went unanswered. An answer neither adds to them nor ends the row: only the
    visitor's word does."""
    offered = (
        held.turns.filter(number__lt=asked.number, speaker=Turn.Speaker.ASSISTANT).order_by("-number").first()
    )
    ignored = offered is not None and offered.act in (Turn.Act.OFFER, Turn.Act.CLARIFY)
    if reply.act == Turn.Act.MISS:
        return held.failures + 1
    if ignored and reply.act in (Turn.Act.OFFER, Turn.Act.CLARIFY):
        return held.failures + 1
    return held.failures


def _idle() -> Any:
    return clock.now() + timedelta(minutes=selectors.tuning().idle_minutes)
