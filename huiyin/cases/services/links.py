"""How cases belong together: merge and its undo, split, link. No message is ever moved or lost."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases import events
from huiyin.cases.models import CASES, Case, CaseLink, Clock, Status
from huiyin.cases.services import clocks, rows
from huiyin.conversations.models import Message
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid, NotFound


@transaction.atomic
def merge(case: Case, *, into: Case, version: int | None = None, by: Actor) -> Case:
    """Answer one case with another: it keeps its messages and its author, its clocks stop, and it ends with the other.

    Refuses itself, a ring, and a case that is not open on either side: nobody would answer the merged one.
    Events: case.merged, case.linked, clock.cancelled.
    """
    if case.number == into.number:
        raise Invalid("merge_with_itself", _("A case cannot be merged with itself."), field="into")
    first, second = sorted((case, into), key=lambda each: each.number)
    held_first = rows.hold(first, version=version if first.number == case.number else None)
    held_second = rows.hold(second, version=version if second.number == case.number else None)
    held, target = (
        (held_first, held_second) if held_first.number == case.number else (held_second, held_first)
    )
    closed = next((each for each in (held, target) if each.merged_into_id or not each.is_active), None)
    if closed is not None:
        raise Conflict("cannot_merge", _("Only open cases can be merged."), current=closed.status)
    held.merged_into = target
    facts = clocks.cancel(held, at=clock.now())
    rows.save(held, "merged_into")
    CaseLink.objects.get_or_create(kind=CaseLink.Kind.DUPLICATE, origin=held, target=target)
    rows.save(target)
    facts.append(events.CaseMerged(subject=str(held.number), into=str(target.number)))
    facts.append(events.CaseLinked(subject=str(target.number), target=str(held.number), link="duplicate"))
    journal.publish_all(facts, by=by)
    return held


@transaction.atomic
def unmerge(case: Case, *, by: Actor) -> Case:
    """Undo a merge: the case stands for itself again. Events: case.unmerged, clock.started."""
    held = rows.hold(case)
    if held.merged_into_id is None:
        raise Conflict("not_merged", _("This case is not merged."), current=held.status)
    facts = part(held, at=clock.now())
    rows.save(held, "merged_into")
    journal.publish_all(facts, by=by)
    return held


def part(case: Case, *, at: datetime) -> list[journal.Event]:
    """Take a held case out of its merge, with fresh clocks when it is open; the caller saves and publishes."""
    CaseLink.objects.filter(kind=CaseLink.Kind.DUPLICATE, origin=case, target_id=case.merged_into_id).delete()
    facts: list[journal.Event] = [
        events.CaseUnmerged(subject=str(case.number), origin=str(case.merged_into_id))
    ]
    case.merged_into = None
    if not case.is_active:
        return facts
    answer = Clock.Kind.NEXT_RESPONSE if case.responded_at else Clock.Kind.FIRST_RESPONSE
    facts += clocks.start(case, [Clock.Kind.RESOLUTION, answer], at=at)
    if case.status == Status.PENDING_USER:
        facts += clocks.pause(case, at=at, reason="waiting_for_user")
    return facts


@transaction.atomic
def split(case: Case, *, message: Message, subject: str, version: int | None = None, by: Actor) -> Case:
    """Make a second promise about another matter in the same thread; both cases show the thread.

    Refuses a message of another thread. Events: case.split, case.opened, clock.started.
    """
    held = rows.hold(case, version=version)
    if message.conversation_id != held.conversation_id or message.voice is None:
        raise NotFound("message_absent", _("This message does not belong to the case."), field="message")
    now = clock.now()
    born = Case(
        conversation_id=held.conversation_id,
        contact_id=held.contact_id,
        channel=held.channel,
        kind=held.kind,
        subject=subject.strip()[:200] or held.subject,
        preview=" ".join(message.body.split())[:160],
        product_id=held.product_id,
        category=held.category,
        language=held.language,
        sentiment=held.sentiment,
        priority=held.priority,
        status=Status.NEW,
        team_id=held.team_id,
        owner_id=held.owner_id,
        opened_at=now,
        last_activity_at=now,
    )
    running = clocks.plan(born, at=now, tier=held.contact.tier)
    born.save(force_insert=True)
    for each in running:
        each.case = born
    Clock.objects.bulk_create(running)
    CaseLink.objects.create(kind=CaseLink.Kind.SPLIT, origin=born, target=held)
    CASES.put(born.number, {"reference": born.reference, "subject": born.subject, "text": message.body})
    rows.save(held)
    facts: list[journal.Event] = [
        events.CaseSplit(subject=str(held.number), into=str(born.number), message=str(message.id)),
        events.CaseOpened(
            subject=str(born.number),
            voice=str(message.voice_id),
            kind=born.kind,
            priority=born.priority,
            team=str(born.team_id),
        ),
        *(clocks.started(each) for each in running),
    ]
    journal.publish_all(facts, by=by)
    return born


@transaction.atomic
def link(case: Case, *, target: Case, kind: str, version: int | None = None, by: Actor) -> CaseLink:
    """Say how two cases belong together; twice is once. Events: case.linked."""
    if kind not in CaseLink.Kind.values or case.number == target.number:
        raise Invalid(
            "link_invalid", _("There is no such link."), field="kind", known=list(CaseLink.Kind.values)
        )
    held = rows.hold(case, version=version)
    made, is_new = CaseLink.objects.get_or_create(kind=kind, origin=held, target=target)
    if is_new:
        rows.save(held)
        journal.publish(
            events.CaseLinked(subject=str(held.number), target=str(target.number), link=kind), by=by
        )
    return made
