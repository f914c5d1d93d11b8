"""Retention with a virtual clock: nothing younger goes, nothing older stays, nobody held is touched."""

from datetime import timedelta

import pytest

from huiyin.accounts.models import Contact, SignIn
from huiyin.accounts.services.contacts import Person
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import heard, organisation
from huiyin.core import clock, mail
from huiyin.core.actors import SYSTEM, Owner
from huiyin.core.errors import Invalid
from huiyin.core.models import JournalEntry, OutgoingMail
from huiyin.core.tests.people import staff
from huiyin.privacy import services
from huiyin.privacy.models import Erasure, RetentionRule, RetentionRun
from huiyin.voices.models import Voice

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def house(tmp_path, settings):
    settings.DATA = tmp_path
    organisation()


def letter(at, person=None, key="k") -> OutgoingMail:
    return mail.send("a@example.com", "s", "t", key=key, owner=Owner("", "", person), at=at)


def only(kind: str, days: int) -> None:
    RetentionRule.objects.update(is_on=False)
    services.keep_for(kind, days=days, is_on=True)


def test_run_when_older_than_the_rule_then_gone_and_younger_stays():
    only("copy", 30)
    now = clock.now()
    old, young = letter(now - 31 * DAY, key="old"), letter(now - 29 * DAY, key="young")
    done = services.run_retention()
    assert list(OutgoingMail.objects.values_list("id", flat=True)) == [young.id]
    assert (done.is_dry, done.counts["core.OutgoingMail"]) == (False, 1)
    assert JournalEntry.objects.filter(name="retention.ran").get().data["removed"] == 1
    assert old.id != young.id


def test_run_when_dry_then_counted_and_nothing_gone():
    only("copy", 30)
    letter(clock.now() - 31 * DAY)
    assert services.run_retention(is_dry=True).counts["core.OutgoingMail"] == 1
    assert OutgoingMail.objects.count() == 1 and RetentionRun.objects.get().is_dry


def test_run_when_held_by_law_then_spared_until_it_ends():
    only("copy", 30)
    case, agent = heard(), staff("admin")
    letter(clock.now() - 31 * DAY, person=case.contact_id)
    held = services.hold(case.contact, reason="dispute", by=agent)
    assert services.run_retention().counts["core.OutgoingMail"] == 0
    services.end_hold(held.id, by=agent)
    assert services.run_retention().counts["core.OutgoingMail"] == 1


def test_run_when_contexts_are_old_then_emptied_once():
    only("context", 180)
    case = heard(context={"page": "/pay"})
    with clock.frozen(clock.now() + 181 * DAY):
        assert services.run_retention().counts["voices.Voice"] == 1
        assert services.run_retention().counts["voices.Voice"] == 0
    assert (Voice.objects.get().context, Case.objects.get().number) == ({}, case.number)


def test_run_when_sign_ins_are_younger_than_the_law_wants_then_kept():
    only("security", 180)
    user = staff()
    now = clock.now()
    for days in (179, 181):
        SignIn.objects.create(user=user, door="password", result="let_in", at=now - days * DAY)
    assert services.run_retention().counts["accounts.SignIn"] == 1
    assert SignIn.objects.get().at == now - 179 * DAY


def test_run_when_nobody_heard_of_somebody_for_long_then_forgotten_like_on_request():
    only("identity", 3 * 365)
    quiet = heard(person=Person.of(email="quiet@example.com"))
    busy = heard(person=Person.of(email="busy@example.com"))
    Case.objects.filter(number=quiet.number).update(status="confirmed")
    with clock.frozen(clock.now() + 3 * 365 * DAY + DAY):
        Case.objects.filter(number=busy.number).update(last_activity_at=clock.now())
        assert services.run_retention().counts["accounts.Contact"] == 1
    assert Erasure.objects.get().contact_id == quiet.contact_id
    assert Contact.objects.get(id=busy.contact_id).identities.count() == 1


@pytest.mark.parametrize(
    ("kind", "days"), [("security", 179), ("security", 366), ("consent", 100), ("x", 30)]
)
def test_keep_for_when_out_of_the_laws_range_then_refused(kind, days):
    before = list(RetentionRule.objects.values_list("kind", "days"))
    with pytest.raises(Invalid):
        services.keep_for(kind, days=days, is_on=True)
    assert list(RetentionRule.objects.values_list("kind", "days")) == before


def test_actor_when_by_schedule_then_the_house():
    services.run_retention()
    assert JournalEntry.objects.get(name="retention.ran").actor_kind == SYSTEM.kind
