"""What goes out to the user beside their own page: we have it, who is on it, we answered, is it settled?"""

from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.cases.models import Case, Clock, Status
from huiyin.cases.models.case import ACTIVE
from huiyin.cases.services.telling import News, tell
from huiyin.conversations.models import Message
from huiyin.core import clock, timewords


def acknowledge(case: Case) -> bool:
    """Say that we have the voice, where to follow it, and by when we answer. Once for each case."""
    promised = case.next_due_at if case.next_due_at and case.next_due_at > clock.now() else None
    return tell(
        case,
        News(
            key=f"case.opened:{case.number}",
            about=lambda: _("We have your message (%(reference)s)") % {"reference": case.reference},
            words=lambda: (
                f"{_('We have your message and a person will answer it.')}{_by_when(promised)}"
                f" {_('You can follow every step here:')}"
            ),
        ),
    )


def introduce(case: Case) -> bool:
    """Say who is on it, the first time that somebody is and has not answered yet."""
    if case.owner is None or case.responded_at is not None or case.status not in ACTIVE:
        return False
    name = str(case.owner)
    return tell(
        case,
        News(
            key=f"case.in_charge:{case.number}",
            about=lambda: _("%(name)s is on your request %(reference)s") % _named(case, name),
            words=lambda: (
                _("%(name)s is on your request now. You can follow every step here:") % {"name": name}
            ),
        ),
    )


def pass_on(case: Case, message: Message) -> bool:
    """Pass our reply on: whole by e-mail, as a pointer to the page by text message. Once for each message."""
    return tell(
        case,
        News(
            key=f"message:{message.id}",
            about=lambda: _("Re: %(subject)s") % {"subject": case.subject},
            words=lambda: (
                _("%(text)s\n\nYou can answer and follow your request here:") % {"text": message.body}
            ),
            brief=lambda: _("We answered your request %(reference)s:") % {"reference": case.reference},
            owner=("message", str(message.id)),
        ),
    )


def say_waiting(case: Case) -> bool:
    """Say that somebody outside has to act, and that we keep at it. Once for each time it came so far."""
    if case.status != Status.PENDING_THIRD_PARTY:
        return False
    return tell(
        case,
        News(
            key=f"case.waiting:{case.number}:{case.version}",
            about=lambda: _("We have asked a partner about %(reference)s") % {"reference": case.reference},
            words=lambda: _("We have asked a partner about your request and keep at it. Every step is here:"),
        ),
    )


def apologise(case: Case, late: Clock) -> bool:
    """Say that a promised time has passed; no other time is promised in its place. Once for each missed promise."""
    if late.ended_at is not None or late.due_at is None or case.status not in ACTIVE:
        return False
    due_at: datetime = late.due_at
    return tell(
        case,
        News(
            key=f"case.late:{late.id}",
            about=lambda: _("We are late with %(reference)s") % {"reference": case.reference},
            words=lambda: (
                _(
                    "We promised you an answer by %(when)s and did not keep it. That is on us, not on you."
                    " Your request stays at the top of our list. Where it stands:"
                )
                % {"when": timewords.moment(due_at)}
            ),
        ),
    )


def ask(case: Case) -> bool:
    """Ask whether the solution settled the matter; the answer is given on the page, by a press.

    Once for each solution. Answers whether there was an address to write to.
    """
    return tell(
        case,
        News(
            key=f"case.ask:{case.number}:{case.reopened_count}",
            about=lambda: _("Is it settled? %(subject)s") % {"subject": case.subject},
            words=lambda: (
                _(
                    "We answered your request %(reference)s:\n\n%(text)s\n\nIs it settled? Please tell us here:"
                )
                % {"reference": case.reference, "text": case.resolution}
            ),
        ),
    )


def say_closed(case: Case) -> bool:
    """Say that silence ended it, and that a word opens it again. Once for each solution."""
    if case.status != Status.CLOSED:
        return False
    return tell(
        case,
        News(
            key=f"case.closed:{case.number}:{case.reopened_count}",
            about=lambda: _("We closed your request %(reference)s") % {"reference": case.reference},
            words=lambda: _(
                "We have not heard from you, so we closed your request. If it is not settled, say so here"
                " and we take it up again:"
            ),
        ),
    )


def _by_when(promised: datetime | None) -> str:
    if promised is None:
        return ""
    return " " + _("You hear from us by %(when)s.") % {"when": timewords.moment(promised)}


def _named(case: Case, name: str) -> dict[str, str]:
    return {"name": name, "reference": case.reference}
