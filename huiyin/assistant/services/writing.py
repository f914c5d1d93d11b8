"""Answers written by a language model, where the operator named one and somebody switched it on.

What leaves the house: the question and passages of our own articles, without personal values and without anything
that a reader does not see. What comes back is shown only when the passages bear every sentence of it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import BusinessLine, User
from huiyin.assistant import events
from huiyin.assistant.models import WritingCall, WritingSwitch
from huiyin.assistant.models.writing import REST
from huiyin.assistant.selectors import writing as known
from huiyin.assistant.writing import Passage, Rejected, Written, cleaning, orders, prompt
from huiyin.assistant.writing.checking import checked
from huiyin.core import clock, journal
from huiyin.core.chat import asking
from huiyin.core.chat.wire import ChatError, Completion
from huiyin.core.errors import Invalid
from huiyin.language import pii
from huiyin.privacy.services import transfers

MOST_PASSAGES, PASSAGE_CHARACTERS = 5, 1_500
QUESTION_CHARACTERS, EARLIER_TURNS, EARLIER_CHARACTERS = 1_000, 6, 300
SEAM = "\n\u241e\n"  # between texts that are masked as one, so that one value has one placeholder
MILLION = Decimal(1_000_000)
Outcome = WritingCall.Outcome

log = structlog.get_logger("huiyin.writing")


@dataclass(frozen=True)
class _Shown:
    """What the model gets to see, and what stands behind the placeholders."""

    asked: str
    earlier: list[tuple[str, str]]
    passages: dict[str, Passage]
    vault: pii.Vault


def compose(
    question: str,
    passages: Sequence[Passage],
    *,
    line: BusinessLine | None = None,
    lang: str,
    earlier: Sequence[tuple[str, str]] = (),
) -> Written | None:
    """An answer in the model's words from these passages, best first; None when the built-in answer has to do.

    None is: no model, switched off here, the day's tokens spent, a text that wants to command, too late, out of
    order, nothing found, or one sentence that the passages do not bear. Never raises. `earlier` are pairs of
    speaker and words. Call it outside transactions: it waits for another system.
    """
    model, place = asking.model(), known.place_of(line)
    switch = known.switch_of(place) if model else None
    if model is None or switch is None or not switch.is_on or not passages:
        return None
    if reason := _objection(question, passages, switch, model):
        _keep(place, Outcome.SKIPPED, reason)
        return None
    began = time.monotonic()
    try:
        shown = _shown(question, passages, earlier)
        completion = model.ask(prompt.question(shown.asked, shown.passages, lang=lang, earlier=shown.earlier))
    except Rejected as rejected:
        _keep(place, Outcome.SKIPPED, rejected.reason)
        return None
    except ChatError as problem:
        _keep(place, Outcome.FAILED, problem.reason, ms=_since(began))
        return None
    return _believed(completion, shown, place, _since(began))


@transaction.atomic
def switch(place: str, *, is_on: bool, tokens_a_day: int, by: User) -> WritingSwitch:
    """Let the model write for a business line (its id) or for "rest", or stop it.

    Refuses without a model, and while the register of recipients does not allow its host. Events: assistant.tuned.
    """
    line = None if place == REST else BusinessLine.objects.filter(id=place).first()
    if place != REST and line is None:
        raise Invalid("line_unknown", _("There is no such business line."), field="place")
    if is_on:
        _check_model()
    values = {"line": line, "is_on": is_on, "tokens_a_day": tokens_a_day, "by": by, "at": clock.now()}
    row, _is_new = WritingSwitch.objects.update_or_create(place=place, defaults=values)
    journal.publish(events.AssistantTuned(subject=str(row.id), what="writing"), by=by.actor)
    return row


def may_leave(url: str) -> bool:
    """Our own network, or a recipient that the register allows."""
    return transfers.is_own(url) or transfers.declared(url) is not None


def _check_model() -> None:
    model = asking.model()
    if model is None:
        raise Invalid("model_absent", _("No language model is set up."), field="is_on")
    if not may_leave(model.endpoint.url):
        told = _("Declare %(host)s in the register of recipients first.") % {"host": model.host}
        raise Invalid("recipient_undeclared", told, field="is_on")


def _objection(question: str, passages: Sequence[Passage], switch: WritingSwitch, model: asking.Model) -> str:
    """Why the model is not asked at all; empty when it is."""
    if not any(not orders.commands(each.whole) for each in passages) or orders.commands(question):
        return "commands"
    if not may_leave(model.endpoint.url):
        return "undeclared"
    if switch.tokens_a_day and known.spent_today(switch.place) >= switch.tokens_a_day:
        return "ceiling"
    return ""


def _shown(question: str, passages: Sequence[Passage], earlier: Sequence[tuple[str, str]]) -> _Shown:
    """Cleaned, cut to size and masked; a passage that wants to command is left out."""
    harmless = [each for each in passages if not orders.commands(each.whole)][:MOST_PASSAGES]
    said = [(speaker, _cut(text, EARLIER_CHARACTERS)) for speaker, text in earlier][-EARLIER_TURNS:]
    texts = [_cut(question, QUESTION_CHARACTERS), *(text for _speaker, text in said)]
    for each in harmless:
        texts += [_cut(each.title, PASSAGE_CHARACTERS), _cut(each.text, PASSAGE_CHARACTERS)]
    vault = pii.mask(SEAM.join(texts))
    asked, *hidden = vault.text.split(SEAM)
    if len(hidden) != len(texts) - 1:
        raise Rejected("torn")  # a value was found across a seam: better no answer than the wrong words
    talk = [(speaker, text) for (speaker, _text), text in zip(said, hidden, strict=False)]
    words = hidden[len(said) :]
    pairs = zip(harmless, words[::2], words[1::2], strict=True)
    shown = {
        f"p{at}": Passage(each.key, title, text, each.url)
        for at, (each, title, text) in enumerate(pairs, start=1)
    }
    return _Shown(asked, talk, shown, vault)


def _believed(completion: Completion, shown: _Shown, place: str, ms: int) -> Written | None:
    cost = {"tokens_in": completion.tokens_in, "tokens_out": completion.tokens_out}
    try:
        written = checked(completion.text, shown.passages, asked=shown.asked)
    except Rejected as rejected:
        outcome = Outcome.NOT_FOUND if rejected.reason == "not_found" else Outcome.REJECTED
        _keep(place, outcome, rejected.reason, ms=ms, **cost)
        return None
    _keep(place, Outcome.WRITTEN, "", ms=ms, cites=list(written.cites), **cost)
    return Written(pii.restore(written.text, shown.vault), written.cites)


def _keep(place: str, outcome: str, reason: str, **values: object) -> None:
    model = asking.model()
    row = WritingCall(
        place=place, outcome=outcome, reason=reason[:40], model=model.endpoint.model[:80] if model else ""
    )
    for name, value in values.items():
        setattr(row, name, value)
    row.cost = cost_of(row.tokens_in, row.tokens_out)
    row.save(force_insert=True)
    log.info("model", reason=reason or outcome, ms=row.ms)


def cost_of(tokens_in: int, tokens_out: int) -> Decimal | None:
    """What that many tokens cost at the operator's prices for a million; unknown when none are set."""
    if settings.LLM_PRICE is None:
        return None
    price_in, price_out = settings.LLM_PRICE
    return (tokens_in * price_in + tokens_out * price_out) / MILLION


def _cut(text: str, characters: int) -> str:
    return cleaning.readable(text).replace(SEAM.strip(), " ")[:characters]


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
