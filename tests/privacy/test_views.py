"""The privacy centre as a person meets it, with an account or by a link; the register as staff see it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Contact
from huiyin.accounts.services.contacts import Person
from huiyin.cases.models import Case
from huiyin.cases.selectors import follow_key
from huiyin.cases.tests.factories import heard, organisation
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.models import OutgoingMail
from huiyin.core.tests.people import signed_in, staff
from huiyin.privacy import services
from huiyin.privacy.models import Erasure, Export, RetentionRule, RetentionRun, Transfer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(tmp_path, settings):
    settings.DATA = tmp_path
    organisation()


@pytest.fixture
def case() -> Case:
    return heard("付款成功但会员没有到账", person=Person.of(email="zhang@example.com", name="张三"))


@pytest.fixture
def client(case) -> Client:
    """Somebody who came by the link of their own request."""
    browser = Client()
    browser.get(reverse("privacy_by_key", args=[follow_key(case)]))
    return browser


def nonce(page) -> str:
    return re.search(r'name="nonce" value="([^"]+)"', page.content.decode())[1]


def prove(client) -> None:
    client.post(reverse("privacy_proof_code"), {"then": "export"})
    digits = re.search(r"\d{6}", OutgoingMail.objects.latest("id").text)[0]
    answer = client.post(reverse("privacy_proof"), {"then": "export", "code": digits})
    assert answer.status_code == 302, answer.content.decode()


def test_centre_when_nobody_is_known_then_says_how_to_come_in():
    page = Client().get(reverse("privacy_centre"))
    assert page.status_code == 200 and "data-" in page.content.decode()
    assert b"zhang" not in page.content


def test_by_key_when_forged_then_absent():
    assert Client().get(reverse("privacy_by_key", args=["AAAA"])).status_code == 404


def test_centre_when_by_link_then_shows_what_is_held(client):
    page = client.get(reverse("privacy_centre")).content.decode()
    assert "张三" in page and "zhang@example.com" in page


def test_centre_when_the_hour_is_over_then_shut(client):
    session = client.session
    session["privacy_who"] = [session["privacy_who"][0], 0]
    session.save()
    assert "zhang@example.com" not in client.get(reverse("privacy_centre")).content.decode()


def test_consent_when_pressed_then_on_and_pressed_again_off(client, case):
    for on, expected in (("1", True), ("0", False)):
        page = client.get(reverse("privacy_centre"))
        given = {"purpose": "marketing", "on": on, "version": "1", "nonce": nonce(page)}
        assert client.post(reverse("privacy_consent"), given).status_code == 302
        assert Contact.objects.get(id=case.contact_id).choices == {"marketing": expected}


def test_correction_when_given_then_changed(client, case):
    page = client.get(reverse("privacy_centre"))
    client.post(reverse("privacy_correction"), {"name": "张叁", "city": "杭州", "nonce": nonce(page)})
    found = Contact.objects.get(id=case.contact_id)
    assert (found.name, found.city) == ("张叁", "杭州")


@pytest.mark.parametrize("place", ["privacy_export", "privacy_deletion"])
def test_serious_things_when_not_proved_then_asked_first(client, place):
    for answer in (client.get(reverse(place)), client.post(reverse(place), {"understood": "on"})):
        assert answer.status_code == 302 and reverse("privacy_proof") in answer["Location"]
    assert (Export.objects.count(), Erasure.objects.count()) == (0, 0)


def test_proof_when_the_code_is_wrong_then_five_tries_and_no_more(client):
    client.post(reverse("privacy_proof_code"), {"then": "export"})
    digits = re.search(r"\d{6}", OutgoingMail.objects.latest("id").text)[0]
    wrong = "000000" if digits != "000000" else "111111"
    for _ in range(5):
        assert client.post(reverse("privacy_proof"), {"code": wrong}).status_code == 400
    assert client.post(reverse("privacy_proof"), {"code": digits}).status_code == 400


def test_proof_when_another_browser_has_the_code_then_refused(client, case):
    client.post(reverse("privacy_proof_code"), {"then": "export"})
    digits = re.search(r"\d{6}", OutgoingMail.objects.latest("id").text)[0]
    other = Client()
    other.get(reverse("privacy_by_key", args=[follow_key(case)]))
    assert other.post(reverse("privacy_proof"), {"code": digits}).status_code == 400


def test_export_when_proved_then_prepared_and_fetched_by_its_owner_alone(client, case):
    prove(client)
    page = client.get(reverse("privacy_export"))
    client.post(reverse("privacy_export"), {"nonce": nonce(page)})
    export = Export.objects.get()
    services.prepare(export)
    answer = client.get(reverse("privacy_download", args=[export.id]))
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    other = heard(person=Person.of(email="li@example.com"))
    stranger = Client()
    stranger.get(reverse("privacy_by_key", args=[follow_key(other)]))
    prove(stranger)
    assert stranger.get(reverse("privacy_download", args=[export.id])).status_code == 404


def test_deletion_when_understood_then_waits_and_can_be_taken_back(client):
    prove(client)
    page = client.get(reverse("privacy_deletion"))
    assert "HY-" in page.content.decode()
    assert client.post(reverse("privacy_deletion"), {"nonce": nonce(page)}).status_code == 400
    page = client.get(reverse("privacy_deletion"))
    client.post(reverse("privacy_deletion"), {"understood": "on", "nonce": nonce(page)})
    assert Erasure.objects.get().status == "waiting"
    assert (
        client.get(reverse("privacy_certificate", args=[Erasure.objects.get().certificate])).status_code
        == 404
    )
    client.post(reverse("privacy_deletion_cancel"))
    assert Erasure.objects.get().status == "cancelled"


def test_deletion_when_done_then_the_certificate_and_the_doors_are_shut(client, case):
    erasure = services.ask_deletion(case.contact, channel="test", by=case.contact.actor)
    with clock.frozen(clock.now() + timedelta(days=8)):
        services.erase_due()
    page = Client().get(reverse("privacy_certificate", args=[erasure.certificate]))
    assert erasure.certificate in page.content.decode() and "zhang" not in page.content.decode()
    assert "zhang" not in client.get(reverse("privacy_centre")).content.decode()
    assert Client().get(reverse("follow", args=[follow_key(case)])).status_code == 404


def test_centre_when_signed_in_then_by_password(settings):
    user = accounts.create_user(
        username="wang", password="correct horse battery", display_name="王芳", by=SYSTEM
    )
    browser = signed_in(user)
    assert "王芳" in browser.get(reverse("privacy_centre")).content.decode()
    assert browser.post(reverse("privacy_proof"), {"then": "deletion", "password": "x"}).status_code == 400
    given = {"then": "deletion", "password": "correct horse battery"}
    assert browser.post(reverse("privacy_proof"), given)["Location"] == reverse("privacy_deletion")


STAFF_PAGES = ["privacy_register", "privacy_map", "privacy_retention", "privacy_recipients"]


@pytest.mark.parametrize("place", STAFF_PAGES)
@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("auditor", 200), ("agent", 403)])
def test_register_when_asked_then_for_who_answers_for_it(place, role, status, case):
    services.ask_deletion(case.contact, channel="test", by=case.contact.actor)
    assert signed_in(staff(role)).get(reverse(place)).status_code == status


def test_csv_when_fetched_then_names_nobody(case):
    services.ask_export(case.contact, channel="test", by=case.contact.actor)
    admin = signed_in(staff("admin"))
    register = b"".join(admin.get(reverse("privacy_register_csv")).streaming_content).decode()
    data_map = b"".join(admin.get(reverse("privacy_map_csv")).streaming_content).decode()
    assert str(case.contact_id) in register and "zhang" not in register
    assert "accounts.Contact" in data_map and data_map.count("\n") > 80


def test_retention_when_out_of_the_laws_range_then_said_at_the_field():
    admin = signed_in(staff("admin"))
    page = admin.post(reverse("privacy_retention"), {"kind": "security", "days": "10", "is_on": "on"})
    assert page.status_code == 400 and "180" in page.content.decode()
    assert admin.post(reverse("privacy_retention"), {"kind": "copy", "days": "60"}).status_code == 302
    rule = RetentionRule.objects.get(kind="copy")
    assert (rule.days, rule.is_on) == (60, False)
    admin.post(reverse("privacy_retention_run"), {"dry": "1"})
    assert RetentionRun.objects.get().is_dry


def test_recipients_when_abroad_without_assessment_then_refused():
    admin = signed_in(staff("admin"))
    given = {"recipient": "P", "host": "p.example", "country": "SG", "purpose": "x", "data_classes": "ids"}
    page = admin.post(reverse("privacy_recipients"), {**given, "is_allowed": "on"})
    assert page.status_code == 400 and Transfer.objects.count() == 0
    admin.post(reverse("privacy_recipients"), {**given, "is_allowed": "on", "assessment": "judged"})
    row = Transfer.objects.get()
    admin.post(reverse("privacy_recipient_end", args=[row.id]))
    row.refresh_from_db()
    assert (row.is_allowed, row.ended_at is None) == (False, False)


def test_recipients_when_an_auditor_writes_then_refused():
    auditor = signed_in(staff("auditor"))
    assert auditor.post(reverse("privacy_recipients"), {"recipient": "P"}).status_code == 403
