"""Purposes as data: added with their words, put in force, obeyed, retired; those of the product are out of reach."""

import pytest
from django.urls import reverse

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Contact
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid, NotFound
from huiyin.core.models import AuditEntry
from huiyin.core.persons import Parcel, Person
from huiyin.core.tests.people import signed_in, staff
from huiyin.privacy import selectors, services
from huiyin.privacy.models import AddedPurpose, ConsentText, Purpose
from huiyin.privacy.selectors import held, purposes, register

pytestmark = pytest.mark.django_db
GIVEN = {
    "key": "research",
    "label_zh": "学术研究",
    "label_en": "Research",
    "zh": "用于研究。",
    "en": "For research.",
}


@pytest.fixture
def owner():
    return staff("owner")


@pytest.fixture
def contact() -> Contact:
    return services.contact_of(accounts.create_user(username="li", by=SYSTEM))


def added(owner) -> AddedPurpose:
    label, text = (GIVEN["label_zh"], GIVEN["label_en"]), (GIVEN["zh"], GIVEN["en"])
    return services.add_purpose("research", label=label, text=text, by=owner)


def in_force(owner) -> AddedPurpose:
    return services.enforce_purpose(added(owner), by=owner)


def offered(contact) -> list[str]:
    return [switch.purpose for switch in selectors.switches(contact)]


def test_add_when_fit_then_a_draft_with_its_first_words_that_nobody_is_asked(owner, contact):
    row = added(owner)
    assert (row.status, ConsentText.objects.get(purpose="research").version) == ("draft", 1)
    assert "research" not in offered(contact)
    with pytest.raises(Invalid):
        services.give_consent(contact, "research", channel="test", by=contact.actor)
    assert AuditEntry.objects.filter(action="purpose.added", object_id="research").exists()


@pytest.mark.parametrize("key", ["Research", "x", "a" * 21, "re search", "1st"])
def test_add_when_the_key_is_unfit_then_refused(owner, key):
    with pytest.raises(Invalid):
        services.add_purpose(key, label=("一", "a"), text=("一", "a"), by=owner)
    assert not AddedPurpose.objects.exists()


@pytest.mark.parametrize("key", Purpose.values)
def test_add_when_the_product_has_it_then_refused_and_it_cannot_be_retired(owner, key):
    with pytest.raises(Conflict):
        services.add_purpose(key, label=("一", "a"), text=("一", "a"), by=owner)
    with pytest.raises(NotFound):
        purposes.purpose_named(key)
    assert ConsentText.objects.filter(purpose=key).count() == 1


def test_add_when_twice_then_refused(owner):
    added(owner)
    with pytest.raises(Conflict):
        added(owner)


def test_enforce_when_a_draft_then_people_have_a_switch_that_is_off_and_is_obeyed(owner, contact):
    row = in_force(owner)
    assert "research" in offered(contact) and not selectors.allows(contact, "research")
    services.give_consent(contact, "research", channel="test", by=contact.actor)
    contact.refresh_from_db()
    assert selectors.allows(contact, "research")
    with pytest.raises(Conflict):
        services.enforce_purpose(row, by=owner)


def test_retire_when_in_force_then_nothing_is_allowed_and_what_was_said_stays(owner, contact):
    row = in_force(owner)
    services.give_consent(contact, "research", channel="test", by=contact.actor)
    contact.refresh_from_db()
    services.retire_purpose(row, by=owner)
    assert not selectors.allows(contact, "research") and "research" not in offered(contact)
    with pytest.raises(Invalid):
        services.give_consent(contact, "research", channel="test", by=contact.actor)
    parcel = Parcel()
    held.held_about(Person(contact.id), parcel)
    assert [(row["purpose"], row["is_given"]) for row in parcel.tables["consents"]] == [("research", True)]
    assert parcel.tables["consents"][0]["purpose_name"] in {"学术研究", "Research"}


def test_publish_when_it_was_added_then_the_next_version_is_what_people_are_asked(owner, contact):
    in_force(owner)
    services.publish_text("research", zh="新。", en="New.", by=owner.actor)
    (switch,) = [each for each in selectors.switches(contact) if each.purpose == "research"]
    assert (switch.version, switch.text in {"新。", "New."}) == (2, True)


def test_centre_when_one_is_in_force_then_the_person_switches_it_there(owner, contact):
    in_force(owner)
    browser = signed_in(contact.user)
    page = browser.get(reverse("privacy_centre")).content.decode()
    assert "学术研究" in page or "Research" in page
    browser.post(reverse("privacy_consent"), {"purpose": "research", "on": "1", "version": "1"})
    contact.refresh_from_db()
    assert contact.choices == {"research": True}
    assert browser.get(reverse("privacy_centre")).status_code == 200


def test_desk_when_the_owner_adds_enforces_and_retires_then_done(owner):
    desk = signed_in(owner)
    assert desk.post(reverse("privacy_purposes"), {**GIVEN, "key": "policy"}).status_code == 400
    assert desk.post(reverse("privacy_purposes"), GIVEN).status_code == 302
    for route, after in (
        ("privacy_purpose_enforcement", "in_force"),
        ("privacy_purpose_retirement", "retired"),
    ):
        assert desk.post(reverse(route, args=["research"])).status_code == 302
        assert AddedPurpose.objects.get().status == after
    assert desk.get(reverse("privacy_purposes")).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("auditor", 200), ("admin", 200)])
def test_desk_when_not_theirs_then_shut_and_auditors_only_look(role, status):
    desk = signed_in(staff(role))
    assert desk.get(reverse("privacy_purposes")).status_code == status
    if role != "admin":
        assert desk.post(reverse("privacy_purposes"), GIVEN).status_code == 403
        assert not AddedPurpose.objects.exists()


def test_map_when_a_column_names_a_purpose_then_it_is_told_by_its_name():
    told = {f"{row['table']}.{row['column']}": str(row["why"]) for row in register.data_map()}
    assert told["language.Example.text"] == purposes.labels()["analytics"]
