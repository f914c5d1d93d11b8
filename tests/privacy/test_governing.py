"""What those who answer for privacy decide: holds, texts of consent, assessments; and the certificate as a file."""

import io
import json
import re
from html import unescape

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from huiyin.accounts.models import Contact
from huiyin.accounts.services.contacts import Person
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import heard, organisation
from huiyin.core import keyring, rotation
from huiyin.core.errors import Conflict
from huiyin.core.models import AuditEntry, JournalEntry
from huiyin.core.tests.people import signed_in, staff
from huiyin.privacy import certifying, selectors, services
from huiyin.privacy.models import Assessment, ConsentText, Erasure, Hold, Transfer
from huiyin.privacy.selectors import centre
from huiyin.privacy.services import erasure as deleting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(tmp_path, settings):
    settings.DATA = tmp_path
    organisation()


@pytest.fixture
def case() -> Case:
    known = Person.of(email="zhang@example.com", phone="13800138000", name="张三")
    return heard("付款成功但会员没有到账", person=known)


@pytest.fixture
def admin() -> Client:
    return signed_in(staff("admin"))


def recorded(action: str) -> list[tuple[str, dict]]:
    rows = AuditEntry.objects.filter(action=action).order_by("row")
    return [(f"{row.object_kind}:{row.object_id}", json.loads(row.detail)) for row in rows]


@pytest.mark.parametrize("way", ["reference", "email", "phone", "number"])
def test_hold_when_named_by_any_sign_then_held_and_recorded(admin, case, way):
    said = {
        "reference": case.reference,
        "email": "Zhang@example.com",
        "phone": "138 0013 8000",
        "number": str(case.contact_id),
    }[way]
    answer = admin.post(reverse("privacy_holds"), {"person": said, "reason": "dispute"})
    held = Hold.objects.get()
    assert (answer.status_code, held.contact_id, held.ended_at) == (302, case.contact_id, None)
    assert recorded("hold.placed") == [
        (f"contact:{case.contact_id}", {"reason": "dispute", "hold": str(held.id)})
    ]
    with pytest.raises(Conflict):
        services.ask_deletion(case.contact, channel="test", by=case.contact.actor)


def test_hold_when_nobody_is_meant_or_held_already_then_said_at_the_field_and_kept_typed(admin, case):
    page = admin.post(reverse("privacy_holds"), {"person": "nobody@example.com", "reason": "claim"})
    assert page.status_code == 400 and "nobody@example.com" in page.content.decode()
    for expected in (302, 400):
        answer = admin.post(reverse("privacy_holds"), {"person": case.reference, "reason": "claim"})
        assert answer.status_code == expected
    assert Hold.objects.count() == 1


def test_hold_when_lifted_then_the_waiting_deletion_goes_on(admin, case):
    asked = services.ask_deletion(case.contact, channel="test", by=case.contact.actor)
    Erasure.objects.update(due_at=asked.asked_at)
    admin.post(reverse("privacy_holds"), {"person": case.reference, "reason": "authority"})
    assert services.erase_due() == 0
    admin.post(reverse("privacy_hold_end", args=[Hold.objects.get().id]))
    assert Hold.objects.get().ended_by is not None and len(recorded("hold.ended")) == 1
    assert services.erase_due() == 1
    assert admin.post(reverse("privacy_hold_end", args=[Hold.objects.get().id])).status_code == 404


GIVEN = {
    "hold": ("privacy_holds", {"person": "zhang@example.com", "reason": "claim"}),
    "text": ("privacy_texts", {"purpose": "marketing", "zh": "新", "en": "new"}),
    "assessment": ("privacy_assessments", {}),
}


@pytest.mark.parametrize("what", GIVEN)
def test_governing_when_an_auditor_writes_then_refused_and_nothing_changed(case, what):
    place, given = GIVEN[what]
    auditor = signed_in(staff("auditor"))
    assert auditor.get(reverse(place)).status_code == 200
    assert auditor.post(reverse(place), given).status_code == 403
    counts = (Hold.objects.count(), ConsentText.objects.filter(version=2).count(), Assessment.objects.count())
    assert counts == (0, 0, 0)


def test_text_when_published_then_the_next_version_is_shown_and_old_consents_keep_theirs(admin, case):
    services.give_consent(case.contact, "marketing", channel="test", by=case.contact.actor)
    given = {"purpose": "marketing", "zh": "新的文字", "en": "New words"}
    assert admin.post(reverse("privacy_texts"), given).status_code == 302
    made = selectors.current_text("marketing")
    assert (made.version, made.text_zh) == (2, "新的文字")
    assert selectors.history(case.contact).get().text_version == 1
    assert recorded("consent.text_published") == [
        ("purpose:marketing", {"version": 2, "digest": made.digest})
    ]
    page = admin.post(reverse("privacy_texts"), given)
    assert page.status_code == 400 and "新的文字" in page.content.decode()
    assert selectors.current_text("marketing").version == 2


def judged(admin: Client, **changes):
    nonce = re.search(
        r'name="nonce" value="([^"]+)"', admin.get(reverse("privacy_assessments")).content.decode()
    )[1]
    given = {
        "subject": "海外客服系统",
        "occasion": "abroad",
        "purpose": "p",
        "necessity": "n",
        "effects": "e",
        "safeguards": "s",
        "risk": "medium",
        "conclusion": "guarded",
        "review_on": "2027-11-22",
    }
    return admin.post(reverse("privacy_assessments"), {**given, **changes, "nonce": nonce})


def recipient(**changes) -> Transfer:
    values = {"recipient": "P", "host": "p.example", "country": "SG", "purpose": "x", "data_classes": "ids"}
    return Transfer.objects.create(**{**values, "assessment": "judged", "is_allowed": True, **changes})


def test_assessment_when_made_then_kept_told_recorded_and_linked_from_the_recipient(admin):
    abroad = recipient()
    answer = judged(admin, transfer=str(abroad.id))
    made = Assessment.objects.get()
    assert answer["Location"] == reverse("privacy_assessment", args=[made.id])
    assert "海外客服系统" in admin.get(answer["Location"]).content.decode()
    assert (
        reverse("privacy_assessment", args=[made.id])
        in admin.get(reverse("privacy_recipients")).content.decode()
    )
    told = {"occasion": "abroad", "risk": "medium", "conclusion": "guarded"}
    assert recorded("assessment.made") == [(f"assessment:{made.id}", told)]
    assert JournalEntry.objects.get(name="assessment.made").data == told


@pytest.mark.parametrize(
    "changes", [{}, {"occasion": "other", "risk": "high", "conclusion": "go"}, {"subject": ""}]
)
def test_assessment_when_not_sound_then_said_at_the_field(admin, changes):
    page = judged(admin, **changes)
    assert page.status_code == 400 and "has-error" in page.content.decode()
    assert Assessment.objects.count() == 0


def test_assessment_when_it_says_no_then_nothing_more_is_passed_on(admin):
    abroad = recipient()
    judged(admin, transfer=str(abroad.id), conclusion="no")
    abroad.refresh_from_db()
    assert abroad.is_allowed is False


@pytest.fixture
def erased(ring, case) -> Erasure:
    return deleting.carry_out(services.ask_deletion(case.contact, channel="test", by=case.contact.actor))


def test_certificate_when_downloaded_then_signed_and_names_nobody(erased, tmp_path, capsys):
    answer = Client().get(reverse("privacy_certificate_file", args=[erased.certificate]))
    assert "attachment" in answer["Content-Disposition"]
    given = json.loads(answer.content)
    assert (given["number"], certifying.fault(given)) == (erased.certificate, "")
    assert "zhang" not in answer.content.decode() and str(erased.contact_id) not in answer.content.decode()
    file = tmp_path / "certificate.json"
    file.write_bytes(answer.content)
    call_command("privacy", "verify", str(file))
    assert erased.certificate in capsys.readouterr().out


def test_certificate_when_downloaded_as_pdf_then_says_what_the_page_says_and_holds_the_signed_file(erased):
    answer = Client().get(reverse("privacy_certificate_pdf", args=[erased.certificate]))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    paper = PdfReader(io.BytesIO(answer.content))
    said = re.sub(r"\s", "", "".join(page.extract_text() for page in paper.pages))
    for language in ("zh-hans", "en"):
        page = Client(headers={"accept-language": language})
        html = page.get(reverse("privacy_certificate", args=[erased.certificate])).content.decode()
        parts = re.search(r'<section class="card stack-tight">(.*?)<div class="row-flex">', html, re.DOTALL)[
            1
        ]
        words = [re.sub(r"\s", "", each) for each in re.split(r"<[^>]+>", parts) if each.strip()]
        assert [each for each in words if unescape(each) not in said] == [] and len(words) >= 10
    (signed,) = paper.attachments["certificate.json"]
    assert certifying.fault(json.loads(signed)) == "" and json.loads(signed)["number"] == erased.certificate
    assert json.loads(signed)["signature"] in said and "zhang" not in said


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"done_at": "2020-01-01"}, "changed"),
        ({"signature": "AAAA"}, "changed"),
        ({"signature": "?"}, "changed"),
        ({"key": "k9"}, "key_unknown"),
        ({"kind": "x"}, "not_a_certificate"),
    ],
)
def test_verify_when_anything_was_changed_then_refused(erased, tmp_path, changes, fault):
    given = {**centre.certificate_file(erased.certificate), **changes}
    assert certifying.fault(given) == fault
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(given))
    with pytest.raises(CommandError):
        call_command("privacy", "verify", str(file))


def test_verify_when_the_root_key_was_rotated_and_retired_since_then_still_ours(erased):
    given = centre.certificate_file(erased.certificate)
    keyring.add_root_key()
    rotation.reseal()
    keyring.drop_root_key("k1", unless=lambda: "")
    assert certifying.fault(given) == ""
    assert centre.certificate_file(erased.certificate)["key"] == "k2"


def test_certificate_when_not_carried_out_then_absent(case):
    asked = services.ask_deletion(case.contact, channel="test", by=case.contact.actor)
    for place in ("privacy_certificate", "privacy_certificate_file", "privacy_certificate_pdf"):
        assert Client().get(reverse(place, args=[asked.certificate])).status_code == 404
    assert Contact.objects.get(id=case.contact_id).name == "张三"
