"""Somebody under 14: no date of birth, a guardian who is asked, answers, acts for the child and takes it back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.accounts import services as accounts
from huiyin.accounts.addresses import parse
from huiyin.accounts.models import Contact, User
from huiyin.accounts.selectors import identity_index
from huiyin.accounts.services import ages, clients, registration
from huiyin.accounts.tests.thirdparty import GIVEN
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Forbidden, Invalid
from huiyin.core.models import JournalEntry, OutgoingMail
from huiyin.core.tests.people import signed_in, staff
from huiyin.privacy import links, selectors, services
from huiyin.privacy.models import Consent, Erasure, Guardianship, Purpose

pytestmark = pytest.mark.django_db
MUM = "mum@example.com"


@pytest.fixture
def child() -> Contact:
    """Somebody with an account who says that they turn 14 in three years."""
    user = accounts.create_user(username="xiaoming", display_name="小明", by=SYSTEM)
    contact = services.contact_of(user)
    services.give_consent(contact, "marketing", channel="test", by=contact.actor)
    return services.declare_minor(contact, until=clock.now().year + 3, by=contact.actor)


def asked(child: Contact) -> Guardianship:
    return services.ask_guardian(child, parse(MUM), by=child.actor)


def agreed(child: Contact) -> Guardianship:
    row = asked(child)
    services.agree(row, text_version=1, address="203.0.113.7")
    return Guardianship.objects.get(id=row.id)


def facts() -> list[str]:
    return [
        name for name in JournalEntry.objects.order_by("seq").values_list("name", flat=True) if "g" in name
    ]


def waits(child: Contact) -> bool:
    return User.objects.get(id=child.user_id).waits_for_guardian


def test_declare_when_under_14_then_only_a_year_is_kept_and_every_use_is_off(child):
    kept = Contact.objects.get(id=child.id)
    assert (kept.minor_until, kept.is_minor, waits(child)) == (clock.now().year + 3, True, True)
    on = [purpose for purpose in Purpose.values if selectors.allows(kept, purpose)]
    assert on == []
    assert not Consent.objects.filter(purpose="marketing").latest("id").is_given


@pytest.mark.parametrize("years", [-1, 15])
def test_declare_when_nobody_under_14_turns_14_then_refused(child, years):
    with pytest.raises(Invalid):
        ages.declare_minor(child, until=clock.now().year + years, by=SYSTEM)


def test_switch_on_when_the_child_does_it_then_refused_and_the_guardian_may(child):
    row = agreed(child)
    with pytest.raises(Forbidden):
        services.give_consent(child, "analytics", channel="test", by=child.actor)
    child.refresh_from_db()
    assert not selectors.allows(child, "analytics")
    services.give_consent(child, "analytics", channel="guardian", by=services.guardians.actor(row))
    child.refresh_from_db()
    assert selectors.allows(child, "analytics")


def test_ask_when_the_address_is_the_childs_own_then_refused_and_nobody_is_written_to():
    user = accounts.create_user(username="lili", by=SYSTEM)
    contact = services.contact_of(user)
    contact.identities.create(kind="email", value=MUM, index=identity_index("email", MUM))
    services.declare_minor(contact, until=clock.now().year, by=contact.actor)
    with pytest.raises(Invalid):
        asked(contact)
    assert not OutgoingMail.objects.exists()


def test_ask_when_not_a_minor_then_refused():
    contact = services.contact_of(accounts.create_user(username="grown", by=SYSTEM))
    with pytest.raises(Conflict):
        asked(contact)


def test_ask_when_asked_again_then_the_earlier_request_is_closed_and_its_address_forgotten(child):
    first, second = asked(child), asked(child)
    first.refresh_from_db()
    assert (first.status, first.address, first.index) == ("expired", "", "")
    assert second.address == MUM
    with pytest.raises(Conflict):
        services.agree(first, text_version=1, address="")


def test_agree_when_asked_then_the_consent_is_proof_and_the_account_opens(child):
    row = agreed(child)
    said = Consent.objects.get(purpose="guardian")
    assert (said.is_given, said.text_version, said.address, said.channel) == (
        True,
        1,
        "203.0.113.7",
        "guardian",
    )
    assert (said.by_kind, said.by_id, said.text_digest) == (
        "guardian",
        str(row.id),
        selectors.current_text("guardian").digest,
    )
    assert (row.status, waits(child)) == ("given", False)
    assert {"guardian.asked", "guardian.agreed", "consent.given"} <= set(facts())


def test_agree_when_twice_or_late_then_refused(child):
    row = agreed(child)
    with pytest.raises(Conflict):
        services.agree(row, text_version=1, address="")
    services.withdraw_agreement(row, address="")
    late = asked(child)
    with clock.frozen(clock.now() + timedelta(days=15)), pytest.raises(Conflict):
        services.agree(late, text_version=1, address="")
    assert Consent.objects.filter(purpose="guardian", is_given=True).count() == 1


def test_decline_when_asked_then_the_account_stays_shut_and_the_address_is_gone(child):
    row = services.decline(asked(child))
    row.refresh_from_db()
    assert (row.status, row.address, waits(child)) == ("refused", "", True)


def test_withdraw_when_agreed_then_the_account_is_shut_and_every_use_is_off(child):
    row = agreed(child)
    services.give_consent(child, "personalisation", channel="guardian", by=services.guardians.actor(row))
    services.withdraw_agreement(
        Guardianship.objects.select_related("contact").get(id=row.id), address="203.0.113.8"
    )
    child.refresh_from_db()
    assert waits(child) and not any(child.choices.values())
    assert Consent.objects.filter(purpose="guardian").latest("id").is_given is False


def test_withdraw_when_an_app_acts_for_the_child_then_it_no_longer_may(child):
    row = agreed(child)
    user = User.objects.get(id=child.user_id)
    app, _secret = clients.register_app(GIVEN, by=SYSTEM)
    connection = clients.connect(user, app.client, scopes=["openid"], by=user.actor)
    services.withdraw_agreement(row, address="203.0.113.8")
    connection.refresh_from_db()
    assert connection.ended_at is not None
    assert "app.disconnected" in JournalEntry.objects.values_list("name", flat=True)


def test_tend_when_nobody_answers_then_reminds_once_and_closes(child):
    row, begun = asked(child), clock.now()
    with clock.frozen(begun + timedelta(days=6)):
        assert (services.tend_guardians(), services.tend_guardians()) == (1, 0)
    assert OutgoingMail.objects.filter(key__startswith="guardian-").count() == 2
    with clock.frozen(begun + timedelta(days=15)):
        assert services.tend_guardians() == 1
    row.refresh_from_db()
    assert (row.status, row.address, waits(child)) == ("expired", "", True)
    assert "guardian.expired" in facts()


def test_tend_when_the_year_is_over_then_age_is_forgotten_and_the_account_opens(child):
    with clock.frozen(datetime(child.minor_until + 1, 1, 2, tzinfo=UTC)):
        services.tend_guardians()
        child.refresh_from_db()
        assert (child.minor_until, child.is_minor, waits(child)) == (None, False, False)


def test_link_when_forged_then_leads_nowhere(child):
    row = asked(child)
    good = links.key_of(row.id)
    assert links.behind(good) == row.id
    assert links.behind(good[:-1] + ("a" if good[-1] != "a" else "b")) is None
    assert Client().get(reverse("guardian_answer", args=[f"{row.id.hex}:forged"])).status_code == 404


def test_account_when_it_waits_then_every_page_leads_to_the_guardian_and_the_centre_stays_open(child):
    browser = signed_in(child.user)
    assert browser.get(reverse("account_home"))["Location"] == reverse("guardian_waiting")
    assert browser.get(reverse("privacy_centre")).status_code == 200
    browser.post(reverse("guardian_waiting"), {"address": MUM})
    letter = OutgoingMail.objects.latest("id")
    path = re.search(r"/guardian/[^/\s]+/", letter.text)[0]
    mum = Client()
    assert mum.post(path, {"answer": "yes", "version": 1}).status_code == 400
    assert waits(child)
    assert mum.post(path, {"answer": "yes", "version": 1, "is_guardian": "on"}).status_code == 302
    assert browser.get(reverse("account_home")).status_code == 200


def test_answer_page_when_opened_then_shows_the_words_and_their_version(child):
    words = selectors.current_text("guardian")
    page = Client(headers={"accept-language": "en"}).get(
        reverse("guardian_answer", args=[links.key_of(asked(child).id)])
    )
    assert words.text_en in page.content.decode() and "Version 1" in page.content.decode()


def test_act_when_the_code_is_right_then_the_guardian_exports_and_deletes_for_the_child(child):
    key = links.key_of(agreed(child).id)
    mum = signed_in(accounts.create_user(username="mum", by=SYSTEM))  # with an account of her own
    mum.post(reverse("guardian_entry_code", args=[key]))
    digits = re.search(r"\d{6}", OutgoingMail.objects.latest("id").text)[0]
    wrong = mum.post(reverse("guardian_entry", args=[key]), {"code": "000000" if digits != "000000" else "1"})
    assert wrong.status_code == 400
    assert mum.post(reverse("guardian_entry", args=[key]), {"code": digits}).status_code == 302
    assert "小明" in mum.get(reverse("privacy_centre")).content.decode()
    assert mum.get(reverse("privacy_export")).status_code == 200
    assert mum.post(reverse("privacy_deletion"), {"understood": "on"}).status_code == 302
    assert Erasure.objects.get().contact_id == child.id
    mum.post(reverse("guardian_leave"))
    assert "小明" not in mum.get(reverse("privacy_centre")).content.decode()


def test_act_when_the_link_alone_is_known_then_nothing_of_the_child_is_shown(child):
    page = Client().get(reverse("guardian_answer", args=[links.key_of(agreed(child).id)])).content.decode()
    assert "小明" not in page and MUM not in page


def test_sign_up_when_under_14_then_the_account_waits_from_the_first_moment(settings):
    from huiyin.accounts import terms
    from huiyin.accounts.arrivals import Arrival

    given = registration.Application(
        terms=terms.current(),
        username="kleine",
        password="a-long-enough-passphrase-7",
        minor_until=clock.now().year,
    )
    user = registration.sign_up(given, arrival=Arrival())
    user.refresh_from_db()
    assert user.waits_for_guardian and Contact.objects.get(user=user).is_minor


def test_contact_list_when_under_14_then_staff_see_it(child):
    page = signed_in(staff("admin")).get(reverse("contact_detail", args=[child.id])).content.decode()
    assert "Under 14" in page or "未满十四周岁" in page
