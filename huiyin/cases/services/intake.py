"""A voice comes in: raw input kept, understood, and made a case with running clocks in one transaction."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Contact, Product
from huiyin.accounts.services import contacts
from huiyin.cases import events
from huiyin.cases.models import CASES, Case, Clock, Priority
from huiyin.cases.services import clocks, threads
from huiyin.conversations import services as conversations
from huiyin.core import clock, journal
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.errors import Invalid, Refusal
from huiyin.core.numbers import whole
from huiyin.language import pii
from huiyin.language import services as language
from huiyin.language.priority import assess
from huiyin.privacy import selectors as privacy
from huiyin.voices import services as voices
from huiyin.voices.models import RawInput, Voice
from huiyin.voices.services import Spoken

FIRST_LINE = 2
PREVIEW = 160
SURE_OF_PRODUCT = 0.8  # one product named; where several are, people choose
TURN = 0.015  # seconds of one transaction of many voices


@dataclass(frozen=True)
class TakenIn:
    """The outcome of one intake; `is_new` is false when the same input had come before."""

    voice: Voice
    case: Case
    clocks: Sequence[Clock]
    is_new: bool


class Waiting(NamedTuple):
    """An input of many: kept, perhaps long ago, and understood."""

    raw: RawInput
    is_new: bool
    spoken: Spoken
    meaning: language.Understanding


def hear(
    spoken: Spoken,
    *,
    request_key: str | None = None,
    finish: Callable[[TakenIn], None] | None = None,
    meaning: language.Understanding | None = None,
    by: Actor,
) -> TakenIn:
    """Take in what a user said. The raw input is kept first; understanding runs before the transaction, never in it.

    `meaning` is given by a caller who has understood the words already, such as an import with its own labels.
    Refuses what cannot be a voice, with the field named, before anything is stored. The same source and external id
    again answers the first case. `finish` runs at the end of the transaction, for what must be kept with the case.
    Events: voice.recorded, message.received, case.opened, clock.started.
    """
    _check(spoken)
    raw, is_new = voices.keep(spoken, request_key=request_key)
    if not is_new and (taken := _taken_before(raw)):
        return taken
    meaning = meaning or _understood(spoken)
    return _take_in(raw, spoken, meaning, finish=finish, by=by)


def hear_many(spoken: Sequence[Spoken], *, by: Actor) -> list["TakenIn | Refusal"]:
    """Take in many voices; each is stored whole or refused with its reason, whatever happens to its neighbours.

    Several go into one transaction, which ends as soon as it has lasted its turn, so that others can write.
    """
    checked = [_refusal_of(each) for each in spoken]
    sound = [each for each, refusal in zip(spoken, checked, strict=True) if refusal is None]
    kept = voices.keep_many(sound)
    names = people.directory().product_names()
    meanings = language.understand_many([(each.text, each.subject) for each in sound], products=names)
    each = zip(kept, sound, meanings, strict=True)
    waiting = [Waiting(*row, said, meaning) for row, said, meaning in each]
    outcomes = iter(_in_turns(waiting, by=by))
    return [refusal or next(outcomes) for refusal in checked]


def take_in_kept(raw: RawInput, *, by: Actor = SYSTEM) -> TakenIn | None:
    """Finish an input that was kept while its intake broke off. Refused for good when it can never be a voice.

    Further words about a case go to that case, or make one of their own when it is gone.
    """
    if raw.status != RawInput.Status.RECEIVED or _taken_before(raw):
        return None
    spoken = Spoken.from_json(raw.body)
    case = _spoken_about(spoken)
    try:
        if case is not None:
            threads.take_in(case, raw, spoken, by=case.contact.actor)
            return TakenIn(Voice.objects.get(raw=raw), case, list(case.clocks.all()), True)
        return _take_in(raw, spoken, _understood(spoken), by=by)
    except Refusal as refusal:
        voices.refuse(raw, reason=refusal.code, by=by)
        return None


@transaction.atomic
def complete(voice: Voice, *, by: Actor = SYSTEM) -> Case | None:
    """Give a case the verdicts that its intake did not wait for; a person's correction is never overwritten.

    Only the voice that opened the case says what it is about; a later "thank you" does not.
    """
    case = Case.objects.select_for_update().filter(conversation__messages__voice=voice).first()
    if case is None or case.understanding.get("complete") or not _opened_by(case, voice):
        return case
    untouched = case.category == case.understanding["category"]["label"]
    case.understanding = {**voice.understanding, "priority": case.understanding["priority"]}
    case.language, case.sentiment = voice.language, voice.sentiment
    if untouched:
        case.category = voice.understanding["category"]["label"]
    case.version += 1
    case.save(update_fields=["understanding", "language", "sentiment", "category", "version"])
    journal.publish(events.CaseUnderstood(subject=str(case.number), voice=str(voice.id)), by=by)
    return case


def _spoken_about(spoken: Spoken) -> Case | None:
    """The case whose user went on speaking, while it is there."""
    number = whole(spoken.about)
    return Case.objects.filter(number=number).first() if number else None


def _opened_by(case: Case, voice: Voice) -> bool:
    said = case.conversation.messages.filter(voice__isnull=False)
    return said.earliest("at", "id").voice_id == voice.id


def _check(spoken: Spoken) -> None:
    voices.check(spoken)
    contacts.check(spoken.person)
    _product(spoken)


def _refusal_of(spoken: Spoken) -> Refusal | None:
    try:
        _check(spoken)
    except Refusal as refusal:
        return refusal
    return None


def _in_turns(waiting: Sequence[Waiting], *, by: Actor) -> list["TakenIn | Refusal"]:
    outcomes: list[TakenIn | Refusal] = []
    while len(outcomes) < len(waiting):
        outcomes += _turn(waiting[len(outcomes) :], by=by)
    return outcomes


def _turn(waiting: Sequence[Waiting], *, by: Actor) -> list["TakenIn | Refusal"]:
    """Open as many cases as fit into one short transaction.

    When it meets another one that names the same new people in another order, the first case goes alone.
    """
    outcomes: list[TakenIn | Refusal] = []
    began = time.monotonic()
    try:
        with transaction.atomic():
            for each in waiting:
                outcomes.append(_one_of_many(each, by=by))
                if time.monotonic() - began > TURN:
                    break
    except OperationalError:
        return [_one_of_many(waiting[0], by=by)]
    return outcomes


def _one_of_many(waiting: Waiting, *, by: Actor) -> "TakenIn | Refusal":
    if not waiting.is_new and (taken := _taken_before(waiting.raw)):
        return taken
    try:
        return _take_in(waiting.raw, waiting.spoken, waiting.meaning, by=by)
    except Refusal as refusal:
        return refusal


def _take_in(
    raw: RawInput,
    spoken: Spoken,
    meaning: language.Understanding,
    *,
    finish: Callable[[TakenIn], None] | None = None,
    by: Actor,
) -> TakenIn:
    try:
        with transaction.atomic():
            taken = _open(raw, spoken, meaning, by=by)
            if finish is not None:
                finish(taken)
            return taken
    except IntegrityError:
        if before := _taken_before(raw):
            return before
        raise


def _open(raw: RawInput, spoken: Spoken, meaning: language.Understanding, *, by: Actor) -> TakenIn:
    """The one transaction: contact, voice, conversation, message, case, clocks, search row, journal."""
    contact, facts = contacts.find_or_create(spoken.person, subject=raw.subject, by=by)
    product = _product(spoken) or _meant(meaning)
    kind = spoken.kind or meaning.kind.label
    voice, told = voices.record(
        spoken, raw=raw, contact=contact, product=product, kind=kind, understanding=meaning
    )
    facts += told
    conversation = conversations.start(voice, told_by=spoken.told_by)
    _message, told = conversations.receive(conversation, voice=voice, files=spoken.attachments)
    facts += told
    case = _case(voice, conversation, contact, product, meaning)
    running = clocks.plan(case, at=case.opened_at, tier=privacy.service_tier(contact))
    case.save(force_insert=True)
    for each in running:
        each.case = case
    Clock.objects.bulk_create(running)
    CASES.put(case.number, {"reference": case.reference, "subject": case.subject, "text": voice.text})
    opened = events.CaseOpened(
        subject=str(case.number),
        voice=str(voice.id),
        kind=case.kind,
        priority=case.priority,
        team=str(case.team_id),
    )
    journal.publish_all([*facts, opened, *(clocks.started(each) for each in running)], by=by)
    return TakenIn(voice, case, running, True)


def _case(
    voice: Voice,
    conversation: conversations.Conversation,
    contact: Contact,
    product: Product | None,
    meaning: language.Understanding,
) -> Case:
    now = clock.now()
    team = people.directory().team_for(product)
    if team is None:
        raise Invalid("no_team", _("There is no team yet that could answer; please set one up first."))
    priority = assess(
        meaning.urgency,
        meaning.impact,
        kind=voice.kind,
        category=meaning.category.label,
        sentiment=voice.sentiment,
        tier=privacy.service_tier(contact),
    )
    return Case(
        conversation=conversation,
        contact=contact,
        channel=voice.source,
        kind=voice.kind,
        subject=_subject(voice),
        preview=_one_line(voice.text, PREVIEW),
        product=product,
        category=meaning.category.label,
        language=voice.language,
        sentiment=voice.sentiment,
        priority=Priority(priority.label),
        level=FIRST_LINE,
        team=team,
        understanding={**voice.understanding, "priority": msgspec.to_builtins(priority)},
        opened_at=now,
        last_activity_at=now,
        wake_at=None,
    )


def _understood(spoken: Spoken) -> language.Understanding:
    names = people.directory().product_names()
    return language.understand(spoken.text, subject=spoken.subject, products=names)


def _meant(meaning: language.Understanding) -> Product | None:
    """The product that the words themselves make out, when they make out one alone."""
    told = meaning.product
    if told is None or told.confidence < SURE_OF_PRODUCT:
        return None
    return people.directory().product(told.label)


def _product(spoken: Spoken) -> Product | None:
    if not spoken.product:
        return None
    product = people.directory().product(spoken.product)
    if product is None:
        raise Invalid("product_unknown", _("There is no such product."), field="product")
    return product


def _taken_before(raw: RawInput) -> TakenIn | None:
    voice = Voice.objects.select_related("contact").filter(raw=raw).first()
    if voice is None:
        return None
    case = Case.objects.filter(conversation__messages__voice=voice).earliest("number")
    return TakenIn(voice, case, list(case.clocks.all()), False)


def _subject(voice: Voice) -> str:
    return pii.redacted(voice.subject) or _one_line(voice.text, 60)


def _one_line(text: str, limit: int) -> str:
    """The beginning for lists, which are not sealed: no number or mailbox of a person gets into it."""
    line = pii.redacted(" ".join(text[: 4 * limit].split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"
