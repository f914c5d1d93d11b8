"""What somebody has typed and not sent: kept while they type, gone with the sending. No fact, so no event."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.cases.models import Case, Draft
from huiyin.core import clock
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid

MODES = ("reply", "note")
MAX_BODY = 20_000


@dataclass(frozen=True)
class Typed:
    """Words that are not sent, and whether they are meant for the user or for colleagues."""

    body: str = ""
    mode: str = "reply"


@transaction.atomic
def keep_draft(case: Case, body: str, *, mode: str = "reply", user: User) -> None:
    """Keep what this person has typed about the case; blank text forgets it. Refuses more than can be sent."""
    if mode not in MODES:
        raise Invalid("mode_unknown", _("There is no such way to write."), field="mode", known=list(MODES))
    if len(body) > MAX_BODY:
        raise Invalid("body_too_long", _("At most 20,000 characters, please."), field="body", limit=MAX_BODY)
    if not body.strip():
        Draft.objects.filter(user=user, case=case).delete()
        return
    values = {"body": body, "mode": mode, "at": clock.now()}
    Draft.objects.update_or_create(user=user, case=case, defaults=values)


def typed(case: Case, *, by: Actor) -> Typed:
    """What the actor has typed and not sent; nothing for who is no person."""
    draft = Draft.objects.filter(user_id=by.id, case=case).first() if by.kind == "user" else None
    return Typed(draft.body, draft.mode) if draft else Typed()


def add_to_draft(case: Case, text: str, *, to: Typed | None = None, by: Actor) -> None:
    """Put a text behind what the actor has typed, inside the caller's transaction. A note stays a note, so that
    no word among colleagues is ever sent to a user.
    """
    before = to or typed(case, by=by)
    whole = "\n\n".join(filter(None, (before.body.rstrip(), text)))
    if by.kind == "user" and whole:
        values = {"body": whole[:MAX_BODY], "mode": before.mode, "at": clock.now()}
        Draft.objects.update_or_create(user_id=UUID(by.id), case=case, defaults=values)


def forget_draft(case: Case, *, by: Actor) -> None:
    """It was sent; inside the caller's transaction."""
    if by.kind == "user":
        Draft.objects.filter(user_id=by.id, case=case).delete()
