"""Words that go out to the user beside their own page: we have it, we answered, is it settled?"""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact, Identity
from huiyin.cases.models import Case
from huiyin.cases.selectors import follow_key
from huiyin.conversations.models import Message
from huiyin.core import mail
from huiyin.core.actors import Owner

Words = Callable[[], str]


def ask(case: Case) -> bool:
    """Ask by e-mail whether the solution settled the matter; the answer is given on the page, by a press.

    One mail for each solution. Answers whether there was an address to write to.
    """
    return _write(
        case,
        key=f"case.ask:{case.number}:{case.reopened_count}",
        about=lambda: _("Is it settled? %(subject)s") % {"subject": case.subject},
        words=lambda: (
            _("We answered your request %(reference)s:\n\n%(text)s\n\nIs it settled? Please tell us here:")
            % {"reference": case.reference, "text": case.resolution}
        ),
    )


def pass_on(case: Case, message: Message) -> bool:
    """Send our reply by e-mail as well. One mail for each message."""
    return _write(
        case,
        key=f"message:{message.id}",
        about=lambda: _("Re: %(subject)s") % {"subject": case.subject},
        words=lambda: _("%(text)s\n\nYou can answer and follow your request here:") % {"text": message.body},
        owner=("message", str(message.id)),
    )


def acknowledge(case: Case) -> bool:
    """Say that we have the voice, where to follow it, and by when we answer. One mail for each case."""
    return _write(
        case,
        key=f"case.opened:{case.number}",
        about=lambda: _("We have your message (%(reference)s)") % {"reference": case.reference},
        words=lambda: _("We have your message and a person will answer it. You can follow every step here:"),
    )


def address_of(contact: Contact) -> str:
    """Where this contact reads mail, or nothing."""
    identity = contact.identities.filter(kind=Identity.Kind.EMAIL).first()
    return identity.value if identity else ""


def _write(case: Case, *, key: str, about: Words, words: Words, owner: tuple[str, str] = ("", "")) -> bool:
    to = address_of(case.contact)
    if not to:
        return False
    link = settings.ORIGIN + reverse("follow", args=[follow_key(case)])
    with translation.override("en" if case.language == "en" else "zh-hans"):
        subject = " ".join(about().split())[:200]
        mail.send(to, subject, f"{words()}\n{link}\n", key=key, owner=Owner(*owner, person=case.contact_id))
    return True
