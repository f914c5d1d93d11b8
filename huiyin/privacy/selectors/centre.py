"""What the privacy centre shows to one person."""

from typing import Any
from uuid import UUID

from huiyin.accounts.models import Contact, Identity
from huiyin.accounts.selectors.family import head_of, identities_of
from huiyin.accounts.selectors.held import persons_of
from huiyin.core import persons
from huiyin.core.errors import NotFound
from huiyin.privacy import certifying, kinds
from huiyin.privacy.models import Erasure, Export, Request, RetentionRule
from huiyin.privacy.selectors import purposes
from huiyin.privacy.selectors.consent import history, switches
from huiyin.privacy.selectors.guardians import newest_of


def page(contact: Contact) -> dict[str, Any]:
    """Everything on the centre's first page."""
    every, named = switches(contact), purposes.labels()
    return {
        "contact": contact,
        "known_by": [
            {"label": i.get_kind_display(), "value": i.value, "at": i.created_at} for i in _known(contact)
        ],
        "classes": kinds.told(dict(RetentionRule.objects.values_list("kind", "days"))),
        "switches": [each for each in every if each.purpose != "sensitive"],
        "sensitive": next(each for each in every if each.purpose == "sensitive"),
        "said": [{"label": named.get(row.purpose, row.purpose), "row": row} for row in history(contact)[:20]],
        "requests": Request.objects.filter(contact=contact).order_by("-asked_at")[:20],
        "erasure": waiting_erasure(contact),
        "guardianship": newest_of(contact) if contact.is_minor else None,
    }


def export_page(contact: Contact) -> dict[str, Any]:
    newest = Export.objects.filter(contact=contact).order_by("-id").first()
    return {"contact": contact, "export": newest}


def deletion_page(contact: Contact) -> dict[str, Any]:
    """What deletion means, and what is still owed."""
    return {"contact": contact, "owed": obligations(contact), "erasure": waiting_erasure(contact)}


def obligations(contact: Contact) -> list[str]:
    """What would end with the account, from every app."""
    everybody = persons_of(contact)
    return [line for person in everybody for source in persons.sources() for line in source.owes(person)]


def waiting_erasure(contact: Contact) -> Erasure | None:
    states = [Erasure.Status.WAITING, Erasure.Status.RUNNING]
    return Erasure.objects.filter(contact=contact, status__in=states).first()


def export_of(contact: Contact, export_id: UUID) -> Export:
    """A copy that is this person's and still there; any other looks absent."""
    found = Export.objects.filter(contact=contact, id=export_id, status=Export.Status.READY).first()
    if found is None:
        raise NotFound("export_absent", "")
    return found


def certificate(code: str) -> Erasure:
    """The erasure behind a certificate's number."""
    found = Erasure.objects.filter(certificate=code, status=Erasure.Status.DONE).first()
    if found is None:
        raise NotFound("certificate_absent", "")
    return found


def certificate_file(code: str) -> dict[str, Any]:
    """The certificate as a signed document to keep."""
    erasure = certificate(code)
    times = {"asked_at": erasure.asked_at.isoformat(), "done_at": erasure.done_at.isoformat()}  # type: ignore[union-attr]
    return certifying.signed(
        {"number": erasure.certificate, "ledger": str(erasure.id), **times, "removed": erasure.removed}
    )


def contact_named(contact_id: UUID) -> Contact | None:
    """The contact who stands for this person, unless they were erased."""
    found = Contact.objects.select_related("merged_into").filter(id=contact_id).first()
    head = head_of(found) if found else None
    return head if head and head.erased_at is None else None


def masked(identity: Identity) -> str:
    """An address as its owner recognises it and nobody else could use it."""
    local, at, domain = identity.value.rpartition("@")
    if at:
        return f"{local[:1]}***@{domain}"
    return f"***{identity.value[-4:]}"


def _known(contact: Contact) -> Any:
    return identities_of(contact)
