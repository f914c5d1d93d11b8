"""Rights: a demand becomes a case with a clock, an export is complete, a deletion waits and is carried out."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest

from huiyin.accounts.models import Contact
from huiyin.accounts.services import merging
from huiyin.accounts.services.contacts import Person
from huiyin.cases import services as cases
from huiyin.cases.models import CASES, Case
from huiyin.cases.services import rights
from huiyin.cases.tests.factories import heard, organisation, spoken
from huiyin.conversations.models import Message
from huiyin.core import clock, keyring, personkeys, rotation
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict
from huiyin.core.models import JournalEntry
from huiyin.core.persons import ERASED
from huiyin.core.ports import keys
from huiyin.privacy import packing, services
from huiyin.privacy.models import Erasure, Export, Hold, Request
from huiyin.privacy.selectors import centre
from huiyin.privacy.services import erasure as deleting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(tmp_path, settings):
    settings.DATA = tmp_path
    organisation()


@pytest.fixture
def case() -> Case:
    return heard("付款成功但会员没有到账", person=Person.of(email="zhang@example.com", name="张三"))


def ask(case) -> Erasure:
    return services.ask_deletion(case.contact, channel="test", by=case.contact.actor)


def later(days: float):
    return clock.frozen(clock.now() + timedelta(days=days))


def test_open_right_when_asked_then_a_case_with_the_laws_clock_and_once(case):
    request = services.ask_export(case.contact, channel="test", by=case.contact.actor).request
    opened = rights.open_right(case.contact_id, request=request.id, kind="access")
    again = rights.open_right(case.contact_id, request=request.id, kind="access")
    request.refresh_from_db()
    assert (opened.kind, opened.contact_id, again.number) == ("privacy", case.contact_id, opened.number)
    assert request.case_number == opened.number and request.due_at > clock.now()
    assert request.due_at < clock.now() + timedelta(days=40)
    rights.settle_right(request.id, outcome="done")
    opened.refresh_from_db()
    assert opened.status == "solved"


def test_prepare_when_asked_then_a_complete_zip_and_the_request_is_done(case):
    export = services.ask_export(case.contact, channel="test", by=case.contact.actor)
    services.prepare(export)
    export = Export.objects.get()
    assert (export.status, export.progress, export.request.status) == ("ready", 100, "done")
    with zipfile.ZipFile(services.opened(export)) as archive:
        rows = json.loads(archive.read("data/voices.json"))
        known = archive.read("csv/identities.csv").decode("utf-8-sig")
    assert rows[0]["text"] == "付款成功但会员没有到账"
    assert list(csv.reader(io.StringIO(known)))[1][1] == "zhang@example.com"


def test_ask_export_when_one_is_being_prepared_then_refused(case):
    services.ask_export(case.contact, channel="test", by=case.contact.actor)
    with pytest.raises(Conflict):
        services.ask_export(case.contact, channel="test", by=case.contact.actor)
    assert Export.objects.count() == 1


def test_expire_when_the_week_is_over_then_the_file_is_gone(case):
    export = services.ask_export(case.contact, channel="test", by=case.contact.actor)
    services.prepare(export)
    with later(6.9):
        assert services.expire_exports() == 0
    with later(7.1):
        assert services.expire_exports() == 1
    assert Export.objects.get().status == "expired"
    with pytest.raises(FileNotFoundError):
        services.opened(export)


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_cell_when_a_formula_then_defused(value):
    assert packing.cell(value) == f"'{value}"


def test_deletion_when_the_waiting_time_is_over_then_nothing_names_them(case, settings):
    settings.ERASURE_GRACE_DAYS = 7
    asked = ask(case)
    with later(6.9):
        assert services.erase_due() == 0
    with later(7.1):
        assert services.erase_due() == 1
    contact, case = Contact.objects.get(id=case.contact_id), Case.objects.get(number=case.number)
    assert (contact.name, contact.identities.count(), contact.erased_at is None) == ("", 0, False)
    assert (case.subject, case.status, case.next_due_at) == (ERASED, "closed", None)
    assert set(Message.objects.filter(conversation=case.conversation).values_list("body", flat=True)) == {
        ERASED
    }
    assert CASES.find("会员", limit=5) == [] and CASES.find(case.reference, limit=5) == [case.number]
    done = Erasure.objects.get()
    assert (done.status, done.traces, done.request.status) == ("done", None, "done")
    assert personkeys.is_destroyed(contact.id)
    assert centre.certificate(asked.certificate).id == done.id
    assert str(done.id) in {line.id for line in keys.port().erasures()}
    assert JournalEntry.objects.filter(name="person.erased", subject=str(contact.id)).count() == 1


def test_deletion_when_carried_out_then_the_same_address_is_somebody_new(case):
    deleting.carry_out(ask(case))
    again = cases.hear(spoken(person=Person.of(email="zhang@example.com")), by=SYSTEM).case
    assert again.contact_id != case.contact_id


def test_rights_when_two_contacts_are_one_person_then_for_both(case):
    other = heard("第二个请求", person=Person.of(email="second@example.com", name="张三"))
    merging.merge(other.contact, into=case.contact, by=SYSTEM)
    export = services.ask_export(case.contact, channel="test", by=case.contact.actor)
    services.prepare(export)
    with zipfile.ZipFile(services.opened(export)) as archive:
        assert len(json.loads(archive.read("data/voices.json"))) == 2
    deleting.carry_out(ask(case))
    assert set(Message.objects.values_list("body", flat=True)) == {ERASED}
    assert personkeys.is_destroyed(other.contact_id) and personkeys.is_destroyed(case.contact_id)
    assert len(keys.port().erasures()) >= 2


def test_deletion_when_cut_off_then_carried_on(case, monkeypatch):
    erasure = ask(case)
    destroy = personkeys.destroy
    monkeypatch.setattr(personkeys, "destroy", lambda keys: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        deleting.carry_out(erasure)
    assert Erasure.objects.get().status == "running"
    monkeypatch.setattr(personkeys, "destroy", destroy)
    with later(8):
        assert services.erase_due() == 1
    assert personkeys.is_destroyed(case.contact_id)


def test_cancel_when_in_time_then_nothing_happens_and_later_refused(case):
    erasure = ask(case)
    services.cancel_deletion(erasure, by=case.contact.actor)
    with later(8):
        assert services.erase_due() == 0
    assert Contact.objects.get(id=case.contact_id).name == "张三"
    assert Request.objects.get().status == "cancelled"
    with pytest.raises(Conflict):
        services.cancel_deletion(erasure, by=case.contact.actor)


def test_ask_deletion_when_waiting_or_held_by_law_then_refused(case):
    ask(case)
    with pytest.raises(Conflict):
        ask(case)
    other = heard(person=Person.of(email="li@example.com"))
    Hold.objects.create(contact=other.contact, reason="dispute")
    with pytest.raises(Conflict):
        ask(other)
    assert Erasure.objects.count() == 1


def test_obligations_when_a_case_is_open_then_named(case):
    assert [case.reference in line for line in centre.obligations(case.contact)] == [True]


def test_missing_here_when_the_database_is_older_than_the_ledger_then_objection(case):
    deleting.carry_out(ask(case))
    assert deleting.objection() == ""
    Erasure.objects.update(status="waiting")
    assert "privacy replay" in deleting.objection()
    assert services.replay() >= 1
    assert deleting.objection() == ""


def test_rotation_when_somebody_was_erased_then_goes_on_and_what_was_left_under_our_key_goes(ring, case):
    deleting.carry_out(ask(case))
    contact = Contact.objects.get(id=case.contact_id)
    assert (contact.attributes, Case.objects.get(number=case.number).private) == ({}, {})
    field = Contact._meta.get_field("attributes")
    Contact.objects.filter(id=contact.id).update(attributes=field.seal({}, str(contact.id)))
    keyring.add_root_key()
    rotation.reseal()
    assert rotation.counts()["k1"] == 0
    assert Contact.objects.get(id=contact.id).attributes == {}
