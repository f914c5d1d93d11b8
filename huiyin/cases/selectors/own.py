"""A contact's requests, for the contact: those that are theirs, and those whose links this browser opened."""

from collections.abc import Sequence

from huiyin.accounts.models import Contact
from huiyin.cases.models import Case
from huiyin.cases.selectors.access import follow_key, followed
from huiyin.core.errors import NotFound

MOST = 50


def requests_of(contact: Contact | None, *, keys: Sequence[str]) -> list[tuple[Case, str]]:
    """Each case with the key of its page, newest activity first, every case once."""
    found = {case.number: (case, follow_key(case)) for case in _theirs(contact)}
    for key in keys:
        try:
            case = followed(key)
        except NotFound:
            continue
        found.setdefault(case.number, (case, key))
    return sorted(found.values(), key=lambda each: each[0].last_activity_at, reverse=True)


def _theirs(contact: Contact | None) -> list[Case]:
    if contact is None:
        return []
    return list(Case.objects.filter(contact=contact).order_by("-last_activity_at")[:MOST])
