"""What was hidden from a reader, one thing at a time, for those who handle the case."""

from typing import Any
from uuid import UUID

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Identity, User
from huiyin.cases.selectors.access import cases_for
from huiyin.conversations.models import Message
from huiyin.core.errors import NotFound


def message_for(user: User, key: UUID) -> Message:
    """A message of a case that this person sees; else it looks absent."""
    about = cases_for(user).filter(conversation__messages__id=key)
    message = Message.objects.filter(id=key).first() if about.exists() else None
    if message is None:
        raise NotFound("message_absent", "")
    return message


def identity_for(user: User, key: UUID) -> Identity:
    """An identity of a contact that this person sees."""
    identity = Identity.objects.select_related("contact").filter(id=key).first()
    if identity is None:
        raise NotFound("identity_absent", "")
    people.contact_for(user, identity.contact_id)
    return identity


def is_own_work(user: Any, contact_id: UUID) -> bool:
    """Whether this person owns a case of this contact."""
    return cases_for(user).filter(contact_id=contact_id, owner_id=user.pk).exists()
