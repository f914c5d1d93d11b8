"""How a user is told of the steps of a case: on the channel they chose, once for each step, or on the page alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact, Identity
from huiyin.accounts.selectors import family
from huiyin.cases.models import Case
from huiyin.cases.selectors import follow_key
from huiyin.conversations import services as conversations
from huiyin.conversations.models import Way
from huiyin.core import mail, sms
from huiyin.core.actors import Actor, Owner
from huiyin.core.errors import Invalid
from huiyin.core.ports.sms import reaches_phones

Words = Callable[[], str]
KINDS = {Way.EMAIL: Identity.Kind.EMAIL, Way.SMS: Identity.Kind.PHONE}
NOT_DIALLED = re.compile(r"[\s().\-]")
SMS_LINE = 120


@dataclass(frozen=True, kw_only=True)
class News:
    """One step in words, asked for in the user's language. `key` makes it one notice; `brief` goes by text message."""

    key: str
    about: Words
    words: Words
    brief: Words | None = None
    owner: tuple[str, str] = ("", "")


def ways_of(contact: Contact) -> dict[str, str]:
    """The ways in which this contact can be told, each with the address it goes to; the page always can."""
    known = {identity.kind: identity.value for identity in family.identities_of(contact)}
    found = {way: known[kind] for way, kind in KINDS.items() if kind in known}
    if not (phone := dialled(found.get(Way.SMS, ""))) or not reaches_phones():
        found.pop(Way.SMS, None)
    else:
        found[Way.SMS] = phone
    return {**{way.value: address for way, address in found.items()}, Way.PAGE.value: ""}


def way_of(case: Case) -> str:
    """How the user is told: as they chose, while we still know that address; else by mail before text message."""
    ways = ways_of(case.contact)
    chosen = case.conversation.told_by
    return chosen if chosen in ways else next(iter(ways))


def choose(case: Case, way: str, *, by: Actor) -> None:
    """Tell the user otherwise from now on. Refuses a way for which we know no address. Events: conversation.told_by."""
    if way not in ways_of(case.contact):
        raise Invalid(
            "way_unknown", _("We know no address for this; please choose another way."), field="way"
        )
    conversations.tell_by(case.conversation, way, by=by)


def tell(case: Case, news: News) -> bool:
    """Tell the user of one step on their channel. Answers whether anything goes out beside the page."""
    ways, way = ways_of(case.contact), way_of(case)
    if way == Way.PAGE:
        return False
    owner = Owner(*news.owner, person=case.contact_id)
    link = settings.ORIGIN + reverse("follow", args=[follow_key(case)])
    with translation.override("en" if case.language == "en" else "zh-hans"):
        if way == Way.SMS:
            brief = _line((news.brief or news.about)(), SMS_LINE)
            sms.send(ways[way], f"{brief} {link}", id=news.key, owner=owner)
        else:
            about, words = _line(news.about(), 200), news.words()
            mail.send(ways[way], about, f"{words}\n{link}\n", key=news.key, owner=owner)
    return True


def dialled(phone: str) -> str:
    """A number as gateways take it, or nothing when it is none."""
    number = NOT_DIALLED.sub("", phone)
    return number if sms.PHONE.fullmatch(number) else ""


def _line(text: str, limit: int) -> str:
    return " ".join(text.split())[:limit]
