"""What is said about a case: our replies, and further words of the user."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.accounts.services.contacts import Person
from huiyin.cases import events
from huiyin.cases.models import Case, Clock, Status
from huiyin.cases.services import clocks, drafts, links, notes, rows, transitions
from huiyin.conversations import services as conversations
from huiyin.conversations.models import Message
from huiyin.core import journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid
from huiyin.language import pii
from huiyin.language import services as language
from huiyin.voices import services as voices
from huiyin.voices.models import Source
from huiyin.voices.services import Spoken


@transaction.atomic
def reply(
    case: Case,
    body: str,
    *,
    files: tuple[UUID, ...] = (),
    nonce: str | None = None,
    then: str = "",
    version: int | None = None,
    by: Actor,
) -> Message:
    """Answer the user; the first to answer becomes the owner; `then` moves the status in the same breath.

    Refuses an ended case, a stale version, an empty body, a move the state machine does not know, and *solved*,
    which `solve` claims in words of its own.
    Events: message.sent, case.replied, clock.met, and those of the move.
    """
    conversations.check_body(body)
    if then == Status.SOLVED:
        raise Invalid(
            "resolution_missing", _("Please say what was done; the user will read it."), field="resolution"
        )
    held = rows.hold(case, version=version)
    if held.is_ended:
        raise Conflict("case_ended", _("This case is closed; reopen it to write."), current=held.status)
    message, facts = conversations.send(held.conversation, body, files=files, nonce=nonce, by=by)
    facts.append(events.CaseReplied(subject=str(held.number), message=str(message.id)))
    facts += clocks.meet(held, [Clock.Kind.FIRST_RESPONSE, Clock.Kind.NEXT_RESPONSE], at=message.at)
    if by.kind == "user" and held.owner_id is None:
        held.owner_id = UUID(by.id)
        facts.append(
            events.CaseAssigned(subject=str(held.number), owner=by.id, team=str(held.team_id), reason="reply")
        )
    held.responded_at = held.responded_at or message.at
    held.last_speaker = Message.Direction.OUTBOUND
    held.preview = _preview(body)
    drafts.forget_draft(held, by=by)
    target = then or (Status.OPEN if held.status == Status.NEW else held.status)
    if target != held.status:
        facts += transitions.move(held, target, at=message.at)
    notes.remember(held)
    rows.save(held, *transitions.FIELDS, "owner", "responded_at", "last_speaker", "preview")
    journal.publish_all(facts, by=by)
    return message


def hear_again(
    case: Case, text: str, *, files: tuple[UUID, ...] = (), request_key: str | None = None, by: Actor
) -> Message:
    """The contact writes on their own page of the case."""
    person, about = Person(known={}), str(case.number)
    spoken = Spoken(source=Source.FORM, text=text, person=person, attachments=files, about=about)
    return receive(case, spoken, request_key=request_key, by=by)


def receive(
    case: Case,
    spoken: Spoken,
    *,
    request_key: str | None = None,
    meaning: language.Understanding | None = None,
    by: Actor,
) -> Message:
    """The user speaks again about a case: kept raw first, then a voice, a message, and the clocks turn to us.

    A case that waits for the user opens again, a solved or ended one reopens, and one that was merged into another
    stands for itself again, because these words were not in what the other one answers.
    Events: voice.recorded, message.received, case.voiced, and those of the move.
    """
    voices.check(spoken)
    raw, is_new = voices.keep(spoken, request_key=request_key)
    if not is_new:
        known = Message.objects.filter(voice__raw=raw).first()
        if known is not None:
            return known
    return take_in(case, raw, spoken, meaning=meaning, by=by)


def take_in(
    case: Case,
    raw: voices.RawInput,
    spoken: Spoken,
    *,
    meaning: language.Understanding | None = None,
    by: Actor,
) -> Message:
    """Make a message of words that were kept. Two at once for the same words end with one message."""
    meaning = meaning or language.understand(spoken.text)
    try:
        with transaction.atomic():
            return _receive(case, raw, spoken, meaning, by=by)
    except IntegrityError:
        known = Message.objects.filter(voice__raw=raw).first()
        if known is None:
            raise
        return known


def _receive(
    case: Case, raw: voices.RawInput, spoken: Spoken, meaning: language.Understanding, *, by: Actor
) -> Message:
    held = rows.hold(case)
    voice, facts = voices.record(
        spoken, raw=raw, contact=held.contact, product=held.product, kind=held.kind, understanding=meaning
    )
    message, told = conversations.receive(held.conversation, voice=voice, files=spoken.attachments)
    facts += told
    facts.append(events.CaseVoiced(subject=str(held.number), message=str(message.id)))
    held.last_speaker = Message.Direction.INBOUND
    held.preview = _preview(spoken.text)
    if held.is_ended or held.status == Status.SOLVED:
        facts += transitions.reopened(held, reason="user_wrote", at=message.at)
    else:
        if held.status == Status.PENDING_USER:
            facts += transitions.move(held, Status.OPEN, at=message.at)
        if held.responded_at is not None:
            facts += clocks.start(held, [Clock.Kind.NEXT_RESPONSE], at=message.at)
        if held.merged_into_id is not None:
            facts += links.part(held, at=message.at)
    notes.remember(held)
    rows.save(held, *transitions.FIELDS, "last_speaker", "preview")
    journal.publish_all(facts, by=by)
    return message


def _preview(text: str) -> str:
    line = pii.redacted(" ".join(text[:640].split()))
    return line if len(line) <= 160 else line[:159] + "…"
