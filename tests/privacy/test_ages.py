"""An age that was told by mistake: staff put it right, nobody does so for themselves, and no guardian goes on."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.accounts import services as accounts
from huiyin.accounts.addresses import parse
from huiyin.accounts.models import Contact, User
from huiyin.accounts.services import addresses, ages, merging
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Forbidden, Invalid
from huiyin.core.models import AuditEntry, JournalEntry, OutgoingMail
from huiyin.core.persons import Parcel, Person
from huiyin.core.tests.people import signed_in, staff
from huiyin.privacy import links, services
from huiyin.privacy.models import AgeCorrection, Guardianship, Request
from huiyin.privacy.selectors.held import held_about

pytestmark = pytest.mark.django_db
MUM, WHY = "mum@example.com", "Showed the identity card at the counter."


@pytest.fixture
def lin() -> Contact:
    """Somebody grown with an account, who said by mistake that they turn 14 next year."""
    user = accounts.create_user(username="lin", display_name="林", by=SYSTEM)
    User.objects.filter(id=user.id).update(language="en")
    addresses.prove(User.objects.get(id=user.id), parse("lin@example.com"))
    contact = services.contact_of(user)
    services.give_consent(contact, "marketing", channel="test", by=contact.actor)
    services.declare_minor(contact, until=clock.now().year + 1, by=contact.actor)
    OutgoingMail.objects.all().delete()
    return Contact.objects.select_related("user").get(id=contact.id)


def asked(contact: Contact) -> Guardianship:
    return services.ask_guardian(contact, parse(MUM), by=contact.actor)


def state(contact: Contact) -> tuple[bool, bool]:
    now = Contact.objects.select_related("user").get(id=contact.id)
    return now.is_minor, now.user.waits_for_guardian


def test_correct_when_declared_by_mistake_then_the_account_opens_and_the_person_reads_of_it(lin):
    row, admin = asked(lin), staff("admin")
    OutgoingMail.objects.all().delete()
    made = services.correct_age(lin, reason=f" {WHY} ", by=admin)
    assert (state(lin), made.reason, made.by) == ((False, False), WHY, admin)
    row.refresh_from_db()
    assert (row.status, row.address, row.index, row.ended_at is None) == ("called_off", "", "", False)
    letter = OutgoingMail.objects.get()
    assert (letter.to, letter.subject) == ("lin@example.com", "You do not count as under 14 any more")
    fact = JournalEntry.objects.get(name="age.corrected")
    assert (fact.subject, fact.data) == (str(lin.id), {"correction": str(made.id)})
    told = Request.objects.filter(contact=lin).latest("asked_at")
    assert (told.kind, told.status, told.channel) == ("correction", "done", "desk")
    lin.refresh_from_db()
    assert lin.choices["marketing"] is False


def test_correct_when_done_then_the_audit_names_who_and_whom_and_no_reason(lin):
    admin = staff("admin")
    made = services.correct_age(lin, reason=WHY, by=admin)
    entry = AuditEntry.objects.get(action="age.corrected")
    assert (entry.actor_id, entry.object_id) == (str(admin.id), str(lin.id))
    assert str(made.id) in entry.detail and "card" not in entry.detail


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_correct_when_no_reason_is_given_then_refused_and_nothing_changed(lin, reason):
    with pytest.raises(Invalid):
        services.correct_age(lin, reason=reason, by=staff("admin"))
    assert state(lin) == (True, True) and not AgeCorrection.objects.exists()


def test_correct_when_not_a_minor_then_refused(lin):
    admin = staff("admin")
    services.correct_age(lin, reason=WHY, by=admin)
    with pytest.raises(Conflict):
        services.correct_age(lin, reason=WHY, by=admin)
    assert AgeCorrection.objects.count() == 1


def test_correct_when_a_guardian_agreed_then_only_after_they_took_it_back(lin):
    row, admin = asked(lin), staff("admin")
    services.agree(row, text_version=1, address="")
    with pytest.raises(Conflict):
        services.correct_age(lin, reason=WHY, by=admin)
    services.withdraw_agreement(Guardianship.objects.get(id=row.id), address="")
    services.correct_age(lin, reason=WHY, by=admin)
    row.refresh_from_db()
    assert (row.status, row.address, state(lin)) == ("withdrawn", "", (False, False))


def test_correct_when_it_is_ones_own_age_then_refused():
    admin = staff("admin")
    me = services.contact_of(admin)
    services.declare_minor(me, until=clock.now().year + 1, by=me.actor)
    with pytest.raises(Forbidden):
        services.correct_age(me, reason=WHY, by=admin)
    assert state(me) == (True, True)


def test_answer_when_the_age_was_corrected_then_the_link_says_so_and_opens_nothing(lin):
    row = asked(lin)
    key = links.key_of(row.id)
    services.correct_age(lin, reason=WHY, by=staff("admin"))
    page = Client(headers={"accept-language": "en"}).get(reverse("guardian_answer", args=[key]))
    assert "called off" in page.content.decode()
    with pytest.raises(Conflict):
        services.agree(Guardianship.objects.get(id=row.id), text_version=1, address="")


def test_act_when_the_age_was_corrected_then_who_withdrew_sees_nothing_any_more(lin):
    from huiyin.privacy import entrance

    row = asked(lin)
    services.agree(row, text_version=1, address="")
    services.withdraw_agreement(Guardianship.objects.get(id=row.id), address="")
    mum = Client()
    session = mum.session
    entrance.let_guardian_in(session, lin.id, row.id)
    session.save()
    mum.cookies["sessionid"] = session.session_key
    assert "林" in mum.get(reverse("privacy_centre")).content.decode()
    services.correct_age(lin, reason=WHY, by=staff("admin"))
    assert "林" not in mum.get(reverse("privacy_centre")).content.decode()
    assert mum.get(reverse("guardian_entry", args=[links.key_of(row.id)])).status_code == 404


def test_withdraw_when_the_child_has_grown_then_refused_and_the_guardian_is_forgotten(lin):
    row = asked(lin)
    services.agree(row, text_version=1, address="")
    with clock.frozen(datetime(lin.minor_until + 1, 1, 2, tzinfo=UTC)):
        services.tend_guardians()
        row.refresh_from_db()
        assert (row.status, row.address) == ("given", "")
        with pytest.raises(Conflict):
            services.withdraw_agreement(row, address="")
    assert state(lin) == (False, False)


def test_page_when_posted_twice_then_corrected_once_and_both_lead_to_the_person(lin):
    browser = signed_in(staff("admin"))
    path = reverse("privacy_age_correction", args=[lin.id])
    assert path in browser.get(reverse("contact_detail", args=[lin.id])).content.decode()
    given = {"reason": WHY, "nonce": browser.get(path).context["nonce"]}
    answers = [browser.post(path, given) for _ in range(2)]
    assert [answer.get("Location") for answer in answers] == [reverse("contact_detail", args=[lin.id])] * 2
    assert AgeCorrection.objects.count() == 1
    assert path not in browser.get(reverse("contact_detail", args=[lin.id])).content.decode()


def test_page_when_the_reason_is_missing_then_the_field_says_so(lin):
    answer = signed_in(staff("admin")).post(reverse("privacy_age_correction", args=[lin.id]), {"reason": " "})
    assert answer.status_code == 400 and answer.context["form"].errors.keys() == {"reason"}
    assert state(lin) == (True, True)


@pytest.mark.parametrize("role", ["agent", "supervisor", "auditor"])
def test_page_when_the_role_may_not_then_forbidden_and_no_button_stands_there(lin, role):
    browser, path = signed_in(staff(role)), reverse("privacy_age_correction", args=[lin.id])
    assert browser.post(path, {"reason": WHY}).status_code == 403
    assert path not in browser.get(reverse("contact_detail", args=[lin.id])).content.decode()
    assert state(lin) == (True, True)


def test_declare_when_said_before_then_the_same_year_stays_and_another_is_refused(lin):
    until = lin.minor_until
    services.declare_minor(lin, until=until, by=lin.actor)
    with pytest.raises(Conflict):
        ages.declare_minor(lin, until=clock.now().year, by=lin.actor)
    assert Contact.objects.get(id=lin.id).minor_until == until
    assert JournalEntry.objects.filter(name="minor.declared").count() == 1


def test_merge_when_it_would_hide_that_somebody_is_under_14_then_refused(lin):
    other = Contact.objects.create(name="Other")
    grown = services.contact_of(accounts.create_user(username="grown", by=SYSTEM))
    Contact.objects.filter(id=lin.id).update(user=None)
    for gone, kept in ((lin, other), (grown, lin)):
        with pytest.raises(Conflict):
            merging.merge(gone, into=kept, by=SYSTEM)
    merging.merge(other, into=lin, by=SYSTEM)
    assert Contact.objects.get(id=other.id).merged_into_id == lin.id


def test_copy_when_corrected_then_holds_the_reason(lin):
    made, parcel = services.correct_age(lin, reason=WHY, by=staff("admin")), Parcel()
    held_about(Person(lin.id, lin.user_id), parcel)
    assert parcel.tables["age_corrections"] == [{"reason": WHY, "at": made.at}]
