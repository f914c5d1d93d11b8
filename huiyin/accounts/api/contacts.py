"""JSON operations on the directory of contacts."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from huiyin.accounts import policies, schemas, selectors, services
from huiyin.accounts.models import Contact, User
from huiyin.accounts.selectors import family
from huiyin.accounts.services import merging
from huiyin.accounts.services.contacts import Person
from huiyin.core.audit import reading
from huiyin.core.errors import Forbidden, Invalid
from huiyin.core.paging import cursor_page
from huiyin.core.rest import TokenAuth, answer

router = Router(tags=["contacts"])


class ListIn(Schema):
    q: Annotated[str, Field(max_length=254)] = ""
    cursor: Annotated[str, Field(max_length=500)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50


@router.get(
    "/contacts",
    auth=TokenAuth("contacts:read"),
    response=schemas.ContactPageOut,
    summary="Contacts, newest first; `q` is a whole e-mail address, phone or account number",
)
def get_contacts(request: HttpRequest, given: Query[ListIn]) -> HttpResponse:
    user = _reader(request)
    contacts = selectors.contacts_found(user, given.q) if given.q else selectors.contacts_for(user)
    page = cursor_page(
        contacts.prefetch_related("identities"), order=("-id",), cursor=given.cursor, limit=given.limit
    )
    reading.read_by_program("contact.listed", "contact:", by=user.actor, people=len(page.items))
    return answer({"items": [_shown(c, user) for c in page.items], "next": page.next})


@router.get(
    "/contacts/{contact_id}",
    auth=TokenAuth("contacts:read"),
    response=schemas.ContactOut,
    summary="One contact",
)
def get_contact(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    user = _reader(request)
    contact = selectors.contact_for(user, contact_id)
    _count_reading(contact, user)
    return answer(_shown(contact, user))


@router.post(
    "/contacts",
    auth=TokenAuth("voices:write"),
    response={201: schemas.ContactOut, 200: schemas.ContactOut},
    summary="Make a contact known; one that is known already is answered as it is",
)
def post_contact(request: HttpRequest, body: schemas.ContactNew) -> HttpResponse:
    user = _writer(request)
    person = Person.of(**body.dict(), verified=True)
    if not person.known:
        raise Invalid(
            "identity_missing", _("Give an e-mail address, a phone or an account number."), field="email"
        )
    contact, is_new = services.register(person, by=user.actor)
    if not is_new:
        _count_reading(contact, user)
    return answer(schemas.contact_out(contact), 201 if is_new else 200)


@router.post(
    "/contacts/{contact_id}/merge",
    auth=TokenAuth("cases:write"),
    response=schemas.MergeOut,
    summary="This contact and `into` are one person; nothing moves, and it can be undone for thirty days",
)
def post_contact_merge(request: HttpRequest, contact_id: UUID, body: schemas.MergeIn) -> HttpResponse:
    user = _writer(request)
    gone, kept = (selectors.contact_for(user, key) for key in (contact_id, body.into))
    return answer(schemas.merge_out(merging.merge(gone, into=kept, by=user.actor)))


@router.post(
    "/contacts/merges/{merge_id}/undoing",
    auth=TokenAuth("cases:write"),
    response=schemas.MergeOut,
    summary="The two are two again",
)
def post_contact_split(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    user = _writer(request)
    merging.split(family.merge_for(user, merge_id), by=user.actor)
    return answer(schemas.merge_out(family.merge_for(user, merge_id)))


def _writer(request: HttpRequest) -> User:
    user = _reader(request)
    if not policies.can_write_contacts(user):
        raise Forbidden("not_allowed", _("Your role does not write contacts."))
    return user


def _count_reading(contact: Contact, user: User) -> None:
    """On record and under the brake, unless it was their own program that made this person known."""
    if not selectors.made_known(user, contact):
        reading.read_by_program("contact.read", f"contact:{contact.id}", by=user.actor)


def _shown(contact: Contact, user: User) -> dict[str, Any]:
    """Auditors see that somebody can be reached, not where."""
    return schemas.contact_masked(contact) if policies.reads_only(user) else schemas.contact_out(contact)


def _reader(request: HttpRequest) -> User:
    user: User = request.auth.user  # type: ignore[attr-defined]
    if not policies.can_read_contacts(user):
        raise Forbidden("not_allowed", _("Your role does not read contacts."))
    return user
