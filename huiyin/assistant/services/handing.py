"""Handing over to people: one transaction after which a case owns the dialogue, and the assistant is silent."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.accounts.services.contacts import Person
from huiyin.assistant import events, selectors
from huiyin.assistant.models import Dialogue, Handoff, State, Turn
from huiyin.assistant.selectors.hours import back_at
from huiyin.assistant.services.dialogues import ASSISTANT, append, hold
from huiyin.cases import services as cases
from huiyin.cases.models import Case
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.timewords import moment
from huiyin.voices.models import Source
from huiyin.voices.services import MAX_TEXT, Spoken

VISITOR = Actor("contact")


def hand_over(
    dialogue: Dialogue, *, reason: str, person: Person | None = None, by: Actor = ASSISTANT
) -> Handoff:
    """Give a dialogue to people, with all that was said. Twice, or two at once, is one case.

    The case, the dialogue's new owner, the hand-over and the last word of the assistant commit together or not at
    all. One that fell silent meanwhile is given as well; one in which nothing was said yet is refused.
    Events: those of an intake, dialogue.handed_over.
    """
    known = Handoff.objects.select_related("case").filter(dialogue=dialogue).first()
    if known is not None:
        return known
    spoken = spoken_of(dialogue, person)

    def finish(taken: cases.TakenIn) -> None:
        _give(dialogue, taken.case, reason, by)

    taken = cases.hear(
        spoken,
        request_key=f"dialogue:{dialogue.id}",
        finish=finish,
        by=dialogue.contact.actor if dialogue.contact else VISITOR,
    )
    # An intake that broke off after its words were kept was finished by the job that looks for such.
    return _give(dialogue, taken.case, reason, by)


@transaction.atomic
def _give(dialogue: Dialogue, case: Case, reason: str, by: Actor) -> Handoff:
    held = hold(dialogue)
    known = Handoff.objects.select_related("case").filter(dialogue=held).first()
    if known is not None:
        return known
    back = back_at(clock.now())
    with translation.override("en" if held.lang == "en" else "zh-hans"):
        last_word = farewell(case, back)
    append(held, Turn(speaker=Turn.Speaker.ASSISTANT, act=Turn.Act.HANDOFF, text=last_word))
    held.state, held.case, held.until_at, held.contact = State.HANDED, case, None, case.contact
    held.outcome, held.ended_at = "", None
    held.save(update_fields=["state", "case", "until_at", "contact", "outcome", "ended_at", "touched_at"])
    _seal_under_their_key(held)
    handoff = Handoff(
        dialogue=held,
        case=case,
        reason=reason,
        intent=case.category,
        sentiment=case.sentiment,
        is_in_hours=back is None,
        promised_at=case.next_due_at,
    )
    handoff.save(force_insert=True)
    journal.publish(
        events.DialogueHandedOver(subject=str(held.id), case=str(case.number), reason=reason), by=by
    )
    return handoff


def farewell(case: Case, back: datetime | None) -> str:
    """The assistant's last word: who has it now, by when they answer, and when people are back."""
    told = [_("A person takes over from here. Your number is %(reference)s.") % {"reference": case.reference}]
    due = case.next_due_at if case.next_due_at and case.next_due_at > clock.now() else None
    # Where the promise is kept round the clock, hours of service tell nothing.
    if back is not None and not (due and due < back):
        told.append(_("Nobody is here at the moment; people are back %(when)s.") % {"when": moment(back)})
    if due:
        told.append(_("You hear from us by %(when)s.") % {"when": moment(due)})
    told.append(_("You can go on writing here; your words reach that person."))
    return " ".join(told)


def spoken_of(dialogue: Dialogue, person: Person | None) -> Spoken:
    said = selectors.said_in(dialogue)
    known = Person(known={}, contact=str(dialogue.contact_id)) if dialogue.contact_id else None
    return Spoken(
        source=Source.WIDGET,
        text="\n".join(said)[:MAX_TEXT],
        person=known or person or Person(known={}, language=dialogue.lang),
        context={"dialogue": str(dialogue.id)},
    )


def _seal_under_their_key(held: Dialogue) -> None:
    """What was said before we knew who speaks is sealed afresh, so that erasing them destroys its key as well."""
    for turn in held.turns.select_related("dialogue"):
        turn.text = str(turn.text)
        turn.save(update_fields=["text"])
