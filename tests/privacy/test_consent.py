"""Consent: each yes and no a row of its own, and every switch obeyed where it applies."""

import pytest
from django.db import DatabaseError, connection, transaction

from huiyin.accounts import services as accounts
from huiyin.accounts.events import BiometricsAllowed, ContactCorrected, TermsAccepted
from huiyin.accounts.models import Contact
from huiyin.accounts.services.contacts import Person
from huiyin.cases import services as cases
from huiyin.cases.tests.factories import heard, organisation, spoken, staff
from huiyin.core import journal
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid
from huiyin.core.models import JournalEntry, WebhookDelivery
from huiyin.core.webhooks import endpoints, outbox, sending
from huiyin.language.models import Example
from huiyin.privacy import listeners, selectors, services
from huiyin.privacy.models import Consent, Purpose, Request, Transfer

pytestmark = pytest.mark.django_db
HOST = "hooks.partner.example"


@pytest.fixture
def contact() -> Contact:
    return accounts.register(Person.of(email="zhang@example.com", name="张三"), by=SYSTEM)[0]


def say(contact, purpose, yes, **more):
    act = services.give_consent if yes else services.withdraw
    return act(contact, purpose, channel="test", address="203.0.113.9", by=contact.actor, **more)


def test_give_when_said_then_row_with_words_and_event_and_choice(contact):
    row = say(contact, "marketing", True, text_version=1)
    assert (row.is_given, row.text_version, row.address) == (True, 1, "203.0.113.9")
    assert row.text_digest == selectors.current_text("marketing").digest
    assert selectors.allows(Contact.objects.get(id=contact.id), "marketing")
    entry = JournalEntry.objects.filter(name="consent.given").get()
    assert (entry.subject, entry.data) == (str(contact.id), {"purpose": "marketing", "version": 1})


def test_withdraw_when_given_then_newest_counts_and_is_entered(contact):
    say(contact, "marketing", True)
    say(contact, "marketing", False)
    assert not selectors.allows(Contact.objects.get(id=contact.id), "marketing")
    assert [c.is_given for c in selectors.history(contact)] == [False, True]
    assert Request.objects.get().kind == "withdrawal"


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [(p, p in {"personalisation", "analytics"}) for p in Purpose.values],
)
def test_allows_when_nothing_was_said_then_only_what_is_part_of_the_service(contact, purpose, expected):
    assert selectors.allows(contact, purpose) is expected


def test_give_when_purpose_or_version_is_unknown_then_refused_and_nothing_kept(contact):
    for purpose, version in (("spying", 1), ("marketing", 99)):
        with pytest.raises(Invalid):
            say(contact, purpose, True, text_version=version)
    assert Consent.objects.count() == 0


def test_change_when_a_consent_stands_then_the_database_refuses(contact):
    row = say(contact, "marketing", True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.filter(id=row.id).update(is_given=False)
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.filter(id=row.id).delete()


def test_publish_text_when_changed_then_next_version_and_old_consents_keep_theirs(contact):
    say(contact, "marketing", True)
    services.publish_text("marketing", zh="新的文字", en="New words")
    assert selectors.current_text("marketing").version == 2
    assert selectors.history(contact).get().text_version == 1


def test_give_when_for_an_account_then_for_the_contact_of_it():
    user = accounts.create_user(username="wang", display_name="王芳", by=SYSTEM)
    row = services.give_consent(user, "policy", channel="sign_up", by=user.actor)
    again = services.give_consent(user, "biometrics", channel="sign_up", by=user.actor)
    assert row.contact.user == user and row.contact_id == again.contact_id


def test_enter_when_accepted_at_sign_up_then_a_row_of_the_same_time_and_once():
    user = accounts.create_user(username="wang", display_name="王芳", by=SYSTEM)
    with transaction.atomic():
        facts = [
            TermsAccepted(subject=str(user.id), version="2026-1", digest="ab" * 32),
            BiometricsAllowed(subject=str(user.id), version="1", digest="cd" * 32),
        ]
        entries = journal.publish_all(facts, by=user.actor)
    for _ in range(2):
        listeners.on_terms_accepted_enter(facts[0], entries[0])
        listeners.on_biometrics_allowed_enter(facts[1], entries[1])
    rows = {row.purpose: row for row in Consent.objects.all()}
    assert set(rows) == {"policy", "biometrics"} and Consent.objects.count() == 2
    assert (rows["policy"].text_digest, rows["policy"].at) == ("ab" * 32, entries[0].at)
    assert selectors.allows(Contact.objects.get(user=user), "biometrics")


@pytest.mark.parametrize("allowed", [True, False])
def test_analytics_when_switched_off_then_nothing_is_learnt_of_their_words(allowed):
    organisation()
    case = heard("付款成功但会员没有到账")
    say(case.contact, "analytics", allowed)
    cases.correct(cases_again(case), verdict="kind", label="complaint", by=staff().actor)
    assert Example.objects.count() == int(allowed)


@pytest.mark.parametrize(("allowed", "tier"), [(True, "vip"), (False, "standard")])
def test_personalisation_when_switched_off_then_served_like_everybody(allowed, tier):
    organisation()
    case = heard(person=Person.of(email="vip@example.com"))
    accounts.correct(case.contact, tier="vip", by=SYSTEM)
    say(case.contact, "personalisation", allowed)
    assert selectors.service_tier(Contact.objects.get(id=case.contact_id)) == tier
    again = cases.hear(spoken(person=Person.of(email="vip@example.com")), by=SYSTEM).case
    assert again.contact_id == case.contact_id
    assert ("vip" in str(again.understanding["priority"])) is allowed


def partner(**changes) -> None:
    values = {
        "recipient": "Partner",
        "country": "CN",
        "purpose": "delivery",
        "data_classes": "ids",
        **changes,
    }
    Transfer.objects.create(host=HOST, is_allowed=True, **values)


def listening():
    return endpoints.create(name="p", url=f"https://{HOST}/x", event_names=["*"], by=SYSTEM)


def told(contact) -> int:
    with transaction.atomic():
        entry = journal.publish(ContactCorrected(subject=str(contact.id), fields=["name"]), by=SYSTEM)
    outbox.enlist([entry])
    return WebhookDelivery.objects.filter(entry=entry).count()


def test_third_party_when_not_allowed_then_told_nothing_about_them(contact):
    partner()
    listening()
    assert told(contact) == 0
    say(contact, "third_party", True)
    assert told(contact) == 1
    say(contact, "third_party", False)
    assert told(contact) == 0


def test_third_party_when_withdrawn_before_it_was_sent_then_withheld(contact):
    partner()
    listening()
    say(contact, "third_party", True)
    assert told(contact) == 1
    say(contact, "third_party", False)
    delivery = WebhookDelivery.objects.filter(entry__name="contact.corrected").get()
    sending.attempt(delivery.id)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.last_error) == ("dead", "withheld")


def test_third_party_when_abroad_then_needs_the_other_consent_too(contact):
    partner(country="SG", assessment="judged")
    listening()
    say(contact, "third_party", True)
    assert told(contact) == 0
    say(contact, "cross_border", True)
    assert told(contact) == 1


def test_webhook_when_its_host_is_not_declared_then_refused_unless_nothing_is_about_people():
    with pytest.raises(Invalid, match=r"recipient|register|接收方"):
        listening()
    endpoints.create(name="n", url=f"https://{HOST}/x", event_names=["webhook.paused"], by=SYSTEM)


def cases_again(case):
    case.refresh_from_db()
    return case
