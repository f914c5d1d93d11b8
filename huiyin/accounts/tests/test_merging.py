"""Two contacts become one person and two again; nothing moves, and no race makes anybody disappear."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from huiyin.accounts import services
from huiyin.accounts.models import Contact, ContactMerge, User
from huiyin.accounts.selectors import contacts_found, family, identity_of
from huiyin.accounts.services import merging
from huiyin.accounts.services.contacts import Person
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.clock import frozen
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.models import JournalEntry
from huiyin.core.tests.people import bearer, staff

pytestmark = pytest.mark.django_db


def known(name: str) -> Contact:
    contact, _is_new = services.register(Person.of(email=f"{name}@example.com", name=name), by=SYSTEM)
    return contact


def account(name: str) -> User:
    return User.objects.create(username=name)


def reread(*contacts: Contact) -> list[Contact]:
    return [Contact.objects.get(id=contact.id) for contact in contacts]


def told() -> list[str]:
    return list(
        JournalEntry.objects.filter(name__in=["contact.merged", "contact.split"]).values_list(
            "name", flat=True
        )
    )


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Conflict) as refusal:
        yield
    assert refusal.value.code == code


def test_merge_when_two_then_both_identities_lead_to_the_one_kept():
    wang, fang = known("wang"), known("fang")
    made = merging.merge(fang, into=wang, by=SYSTEM)
    assert (made.kept, made.gone, told()) == (wang, fang, ["contact.merged"])
    assert services.register(Person.of(email="fang@example.com"), by=SYSTEM) == (wang, False)
    (fang,) = reread(fang)
    assert family.family_of(fang) == family.family_of(wang) == [wang.id, fang.id]
    assert [each.value for each in family.identities_of(wang)] == ["wang@example.com", "fang@example.com"]
    assert list(contacts_found(staff("agent"), "fang@example.com")) == [wang]


def test_merge_when_said_again_or_the_other_way_round_then_stays_as_it_is():
    wang, fang = known("wang"), known("fang")
    made = merging.merge(fang, into=wang, by=SYSTEM)
    assert merging.merge(fang, into=wang, by=SYSTEM) == made == merging.merge(wang, into=fang, by=SYSTEM)
    assert (ContactMerge.objects.count(), told()) == (1, ["contact.merged"])


def test_merge_when_one_had_others_then_they_come_along_and_go_back():
    wang, fang, li = known("wang"), known("fang"), known("li")
    merging.merge(li, into=fang, by=SYSTEM)
    made = merging.merge(fang, into=wang, by=SYSTEM)
    assert set(family.family_of(wang)) == {wang.id, fang.id, li.id}
    assert identity_of({"email": "li@example.com"}).contact.merged_into == wang
    merging.split(made, by=SYSTEM)
    assert [each.merged_into for each in reread(wang, fang, li)] == [None, None, fang]


def test_merge_when_the_account_is_with_the_other_then_it_goes_along_and_comes_back():
    wang, fang = known("wang"), known("fang")
    Contact.objects.filter(id=fang.id).update(user=account("fang"))
    made = merging.merge(fang, into=wang, by=SYSTEM)
    assert [bool(each.user_id) for each in reread(wang, fang)] == [True, False]
    merging.split(made, by=SYSTEM)
    assert [bool(each.user_id) for each in reread(wang, fang)] == [False, True]


def test_merge_when_it_cannot_be_then_refuses_and_changes_nothing():
    wang, fang, li = known("wang"), known("fang"), known("li")
    with pytest.raises(Invalid):
        merging.merge(wang, into=wang, by=SYSTEM)
    Contact.objects.filter(id=wang.id).update(user=account("wang"))
    Contact.objects.filter(id=fang.id).update(user=account("fang"))
    with refused("two_accounts"):
        merging.merge(fang, into=wang, by=SYSTEM)
    Contact.objects.filter(id=li.id).update(erased_at=clock.now())
    with refused("person_erased"):
        merging.merge(li, into=wang, by=SYSTEM)
    assert (ContactMerge.objects.count(), told()) == (0, [])


def test_merge_when_merged_elsewhere_then_refuses():
    wang, fang, li = known("wang"), known("fang"), known("li")
    merging.merge(fang, into=wang, by=SYSTEM)
    for gone, kept in ((fang, li), (li, fang)):
        with refused("contact_merged"):
            merging.merge(gone, into=kept, by=SYSTEM)


def test_split_when_undone_then_two_again_and_a_new_merge_may_follow():
    wang, fang = known("wang"), known("fang")
    made = merging.merge(fang, into=wang, by=SYSTEM)
    merging.split(made, by=SYSTEM)
    merging.split(made, by=SYSTEM)
    assert told() == ["contact.merged", "contact.split"]
    assert services.register(Person.of(email="fang@example.com"), by=SYSTEM) == (fang, False)
    assert merging.merge(wang, into=fang, by=SYSTEM).kept == fang


def test_split_when_too_late_or_covered_by_a_later_merge_then_refuses():
    wang, fang, li = known("wang"), known("fang"), known("li")
    first = merging.merge(li, into=fang, by=SYSTEM)
    second = merging.merge(fang, into=wang, by=SYSTEM)
    with refused("merge_covered"):
        merging.split(first, by=SYSTEM)
    with frozen(clock.now() + timedelta(days=31)), refused("merge_too_old"):
        merging.split(second, by=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_merge_when_both_directions_at_once_then_one_merge_and_one_person():
    for turn in range(5):
        one, other = known(f"one{turn}"), known(f"other{turn}")
        barrier, done = threading.Barrier(2), []

        def run(gone, kept, barrier=barrier, done=done):
            barrier.wait()
            try:
                with transaction.atomic():
                    merging.merge(gone, into=kept, by=SYSTEM)
                done.append(gone)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=pair) for pair in ((one, other), (other, one))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(done) == 2
        assert sorted(bool(each.merged_into_id) for each in reread(one, other)) == [False, True]
        assert ContactMerge.objects.filter(kept__in=[one, other]).count() == 1


def test_api_when_merged_and_undone_then_answers_the_record():
    wang, fang = known("wang"), known("fang")
    client = bearer(staff("agent"), "cases:write", "contacts:read")
    given = {"into": str(wang.id)}
    made = client.post(f"/api/v1/contacts/{fang.id}/merge", given, content_type="application/json")
    assert (made.status_code, made.json()["kept"], made.json()["gone"]) == (200, str(wang.id), str(fang.id))
    shown = client.get(f"/api/v1/contacts/{fang.id}").json()
    assert shown["merged_into"] == str(wang.id)
    undone = client.post(f"/api/v1/contacts/merges/{made.json()['id']}/undoing")
    assert (undone.status_code, undone.json()["undone_at"] is not None) == (200, True)
    itself = client.post(f"/api/v1/contacts/{wang.id}/merge", given, content_type="application/json")
    assert (itself.status_code, itself.json()["code"]) == (400, "contact_same")
    reader = bearer(staff("auditor"), "cases:write")
    assert (
        reader.post(f"/api/v1/contacts/{fang.id}/merge", given, content_type="application/json").status_code
        == 403
    )
