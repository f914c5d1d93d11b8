"""Words among staff: notes with mentions, and what the search remembers of a case."""

import re
from uuid import UUID

from django.db import transaction

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.cases import events
from huiyin.cases.models import CASES, Case, Mention, Note
from huiyin.cases.services import drafts, rows
from huiyin.conversations import services as conversations
from huiyin.core import attachments, clock, journal
from huiyin.core.actors import Actor

# Chinese is written without spaces: a name may follow any letter but those of an address.
MENTION = re.compile(r"(?<![a-z0-9._+@-])@([a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?)")


@transaction.atomic
def note(
    case: Case, body: str, *, files: tuple[UUID, ...] = (), version: int | None = None, by: Actor
) -> Note:
    """Write among staff; `@name` calls a person in. Never goes to the user.

    Refuses a version that is not the case's, where one is named. Events: case.noted.
    """
    conversations.check_body(body)
    held = rows.hold(case, version=version)
    written, called = add_note(held, body, files=files, by=by)
    drafts.forget_draft(held, by=by)
    rows.save(held)
    journal.publish(
        events.CaseNoted(
            subject=str(held.number), note=str(written.id), mentions=[str(u.id) for u in called]
        ),
        by=by,
    )
    return written


def add_note(case: Case, body: str, *, files: tuple[UUID, ...] = (), by: Actor) -> tuple[Note, list[User]]:
    """The row of a note with its mentions, inside the caller's transaction; no event."""
    author = UUID(by.id) if by.kind == "user" else None
    written = Note.objects.create(
        case=case, author_id=author, body=body.strip(), attachment_count=len(files), at=clock.now()
    )
    if files:
        attachments.claim(files, owner_kind="note", owner_id=str(written.id))
    called = list(people.staff().filter(username__in=set(MENTION.findall(body.lower()))))
    Mention.objects.bulk_create(Mention(note=written, case=case, user=user) for user in called)
    remember(case)
    return written, called


def called_in(case: Case, written: Note, called: list[User]) -> list[journal.Event]:
    """The fact of a note that came with another act; only when it calls somebody, since that act tells it already."""
    mentions = [str(user.id) for user in called]
    return (
        [events.CaseNoted(subject=str(case.number), note=str(written.id), mentions=mentions)]
        if called
        else []
    )


def remember(case: Case, *, text: str = "") -> None:
    """Let the case be found by all that was said about it, and by `text` that is not stored yet."""
    said = list(case.conversation.messages.order_by("at").values_list("body", flat=True))
    said += case.notes.order_by("at").values_list("body", flat=True)
    said += [case.resolution, case.temporary_fix, case.lasting_fix, text]
    CASES.put(
        case.number,
        {"reference": case.reference, "subject": case.subject, "text": "\n".join(filter(None, said))},
    )


def see_mentions(case: Case, *, user: User) -> None:
    """The person has looked at the case; its calls for them are answered."""
    unseen = Mention.objects.filter(case=case, user=user, seen_at=None)
    if unseen.exists():
        unseen.update(seen_at=clock.now())
