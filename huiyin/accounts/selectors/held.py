"""What accounts hold about one person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CASCADE, ForeignObjectRel, Model, QuerySet

from huiyin.accounts.models import Contact, Identity, Session, SignIn, User
from huiyin.accounts.selectors.family import family_of, head_of
from huiyin.core.personkeys import name_of
from huiyin.core.persons import Parcel, Person, Traces

SHORTEST = 4  # characters of a name or address by which somebody is recognised in other texts
# Never handed out, even to the person: what opens doors.
SECRET = {
    "password",
    "digest",
    "key",
    "index",
    "device_index",
    "place_index",
    "email_index",
    "phone_index",
    "data",
}


def persons_of(contact: Contact) -> list[Person]:
    """Everybody that this person is to us: the contact who stands for them, and those who were merged into it."""
    head = head_of(contact)
    return [Person(head.id, head.user_id), *(Person(each) for each in family_of(head)[1:])]


def held_about(person: Person, parcel: Parcel) -> None:
    """Who they are to us, how they come in, and from where they did."""
    contact = Contact.objects.get(id=person.contact)
    parcel.add(
        "contact",
        [_row(contact, "name", "city", "attributes", "tier", "language", "minor_until", "created_at")],
    )
    known = Identity.objects.filter(contact=contact).order_by("created_at")
    parcel.add("identities", (_row(each, "kind", "value", "verified_at", "created_at") for each in known))
    if person.user:
        parcel.add("account", [_open_columns(User.objects.get(id=person.user))])
        for rows in rows_of_account(person):
            parcel.add(rows.model._meta.model_name or "", (_open_columns(row) for row in rows))


def rows_of_account(person: Person) -> Iterator[QuerySet[Any]]:
    """Rows that belong to the account and go with it: sessions, attempts, factors, tokens; of any app."""
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.on_delete is CASCADE and person.user:
            yield relation.related_model._default_manager.filter(**{relation.field.name: person.user})


def traces_of(person: Person, traces: Traces) -> None:
    """Their ids, their names, and every address by which we know them, as they wrote it."""
    traces.keys |= person.keys
    traces.ids |= {str(key) for key in person.keys} | {name_of(key) for key in person.keys}
    contact = Contact.objects.get(id=person.contact)
    names, known = [contact.name], list(contact.identities.all())
    words, indexes = [each.value for each in known], [each.index for each in known]
    user = User.objects.filter(id=person.user).first() if person.user else None
    if user:
        names.append(user.display_name)
        words += [user.username, user.email, user.phone]
        indexes += [user.email_index, user.phone_index]
    traces.names |= {name for name in names if len(name) > 1}
    traces.words |= {word for word in (*names, *words) if len(word) >= SHORTEST}
    traces.indexes |= {index for index in indexes if index}


def old_attempts(before: datetime, held: frozenset[UUID]) -> QuerySet[SignIn]:
    """Sign-ins older than the law wants them kept."""
    return SignIn.objects.filter(at__lt=before).exclude(user__in=_accounts(held))


def old_sessions(before: datetime, held: frozenset[UUID]) -> QuerySet[Session]:
    return Session.objects.filter(ended_at__lt=before).exclude(user__in=_accounts(held))


def _accounts(held: frozenset[UUID]) -> QuerySet[Any]:
    return Contact.objects.filter(id__in=held, user__isnull=False).values("user")


def _row(instance: Model, *names: str) -> dict[str, Any]:
    return {name: getattr(instance, name) for name in names}


def _open_columns(instance: Model) -> dict[str, Any]:
    names = (field.name for field in instance._meta.local_concrete_fields if not field.is_relation)
    return {name: getattr(instance, name) for name in names if name not in SECRET}
