"""Sessions: seen, ended, grown old, carried away; and every door after the account was closed."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session as Stored

from huiyin.accounts import watch
from huiyin.accounts.models import OneTimeCode, Session, SignIn
from huiyin.accounts.services import people, sessions
from huiyin.accounts.tests import visitors
from huiyin.accounts.tests.visitors import FIREFOX, PASSWORD, browser, is_in, member
from huiyin.core.actors import SYSTEM
from huiyin.core.models import JournalEntry, OutgoingMail

pytestmark = pytest.mark.django_db


def entered(agent: str = visitors.CHROME, name: str = "wang@example.com", **kwargs):
    client = browser(agent, **kwargs)
    assert visitors.sign_in(client, name).status_code == 302
    return client


def now_code(secret: str, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def confirm(client) -> None:
    """The proof is fresh right after signing in, so nothing is to be done; old sessions confirm again."""
    client.post("/account/confirmation/", {"kind": "password", "password": PASSWORD})


def test_p09_session_id_when_signing_in_then_another():
    member()
    client = browser()
    visitors.ask_for_code(client, "other@example.com")
    before = client.session.session_key
    visitors.sign_in(client)
    assert before and client.session.session_key != before
    assert not Stored.objects.filter(session_key=before).exists()


def test_sign_in_from_a_new_device_and_place_then_the_person_is_told():
    user = member()
    entered()
    assert OutgoingMail.objects.filter(key__startswith="new-device").count() == 0
    entered(FIREFOX, REMOTE_ADDR="36.110.5.6")
    latest = SignIn.objects.order_by("-at").first()
    assert (latest.is_new_device, latest.is_new_place, latest.user) == (True, True, user)
    letter = OutgoingMail.objects.get(key__startswith="new-device")
    assert letter.to == "wang@example.com" and "Firefox 150" in letter.text and "北京市" in letter.text


def test_sign_in_again_from_the_same_browser_then_nothing_is_new():
    member()
    client = entered()
    client.post("/account/sign-out/")
    visitors.sign_in(client)
    assert list(SignIn.objects.values_list("is_new_device", "is_new_place")) == [(False, False)] * 2


def test_end_one_session_then_that_browser_is_out_at_once_and_this_one_stays():
    member()
    here, there = entered(), entered(FIREFOX)
    other = Session.objects.get(key=there.session.session_key)
    here.post(f"/account/devices/{other.id}/end/")
    assert (is_in(here), is_in(there)) == (True, False)
    other.refresh_from_db()
    assert (other.ended_why, other.key) == ("by_owner", None)


def test_end_all_sessions_then_only_this_browser_stays():
    member()
    here, there, elsewhere = entered(), entered(FIREFOX), entered()
    here.post("/account/devices/all/end/")
    assert [is_in(each) for each in (here, there, elsewhere)] == [True, False, False]


def test_end_session_of_somebody_else_then_absent_and_nothing_changes():
    member()
    member("li@example.com")
    here, stranger = entered(), entered(name="li@example.com")
    session = Session.objects.get(key=here.session.session_key)
    assert stranger.post(f"/account/devices/{session.id}/end/").status_code == 404
    assert is_in(here)


def test_p12_session_keys_stand_on_no_page():
    member()
    client = entered()
    keys = list(Stored.objects.values_list("session_key", flat=True))
    pages = [
        client.get(path).content.decode() for path in ("/account/", "/account/devices/", "/account/security/")
    ]
    assert not [key for key in keys if any(key in page for page in pages)]


def test_devices_page_takes_as_many_queries_for_one_session_as_for_three(django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    member()
    client = entered()
    client.get("/account/devices/")
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get("/account/devices/")
        counts.append(len(seen))
        entered(FIREFOX), entered()
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("slot", "age"), [("seen", 31 * 24 * 3600), ("began", 91 * 24 * 3600)])
def test_session_when_idle_or_old_then_over(slot, age):
    member()
    client = entered()
    session = client.session
    session[watch.SLOT] = {**session[watch.SLOT], slot: time.time() - age}
    session.save()
    assert not is_in(client)
    assert Session.objects.get().ended_why == ("idle" if slot == "seen" else "expired")


def test_session_of_staff_when_idle_for_eight_hours_then_over():
    user = member(username="qinqin")
    people.grant(user, role="agent", by=SYSTEM)
    client = entered(name="qinqin")
    session = client.session
    session[watch.SLOT] = {**session[watch.SLOT], "seen": time.time() - 8 * 3600 - 5}
    session.save()
    assert not is_in(client)


def test_session_when_its_cookie_turns_up_in_another_browser_then_ended_and_told():
    member()
    client = entered()
    thief = browser(FIREFOX)
    thief.cookies["session"] = client.cookies["session"].value
    assert not is_in(thief) and not is_in(client)
    assert Session.objects.get().ended_why == "device_changed"
    assert OutgoingMail.objects.filter(key__startswith="theft").count() == 1


def test_session_when_the_browser_is_updated_then_goes_on():
    member()
    client = entered()
    client.defaults["HTTP_USER_AGENT"] = visitors.CHROME.replace("156.0.0.0", "157.0.1.2")
    client.headers = None
    assert (
        client.get("/account/", headers={"User-Agent": visitors.CHROME.replace("156", "157")}).status_code
        == 200
    )


def test_session_when_rights_change_then_goes_on_under_another_key():
    user = member(username="qinqin")
    client = entered(name="qinqin")
    before = client.session.session_key
    people.grant(user, role="agent", by=SYSTEM)
    assert is_in(client)
    assert client.session.session_key != before
    assert Session.objects.get().key == client.session.session_key


def test_p09_password_when_changed_then_all_others_are_out():
    member()
    here, there = entered(), entered(FIREFOX)
    assert (
        here.post("/account/password/", {"password": "seven-green-kettles"})["Location"]
        == "/account/security/"
    )
    assert (is_in(here), is_in(there)) == (True, False)
    assert visitors.sign_in(browser(), password="seven-green-kettles").status_code == 302
    assert "password.changed" in JournalEntry.objects.values_list("name", flat=True)


def test_p09_factor_when_added_then_all_others_are_out():
    member()
    here, there = entered(), entered(FIREFOX)
    here.get("/account/security/app/")
    here.post("/account/security/app/", {"code": now_code(here.session["factor.secret"])})
    assert (is_in(here), is_in(there)) == (True, False)


def test_address_when_changed_then_both_are_asked_and_others_are_out():
    user = member()
    here, there = entered(), entered(FIREFOX)
    here.post("/account/address/email/", {"address": "new@example.com"})
    codes = {row.to: row.text for row in OutgoingMail.objects.filter(key__startswith="code-")}
    digits = {to: "".join(c for c in text if c.isdigit())[:6] for to, text in codes.items()}
    page = "/account/address/email/codes/"
    assert here.post(page, {"code": digits["new@example.com"], "old": "000000"}).status_code == 400
    user.refresh_from_db()
    assert user.email == "wang@example.com"
    given = {"code": digits["new@example.com"], "old": digits["wang@example.com"]}
    assert here.post(page, given)["Location"] == "/account/"
    user.refresh_from_db()
    assert (user.email, is_in(here), is_in(there)) == ("new@example.com", True, False)
    told = OutgoingMail.objects.filter(key__startswith="address-").values_list("key", flat=True)
    assert len(told) == 2


def test_address_of_another_account_then_refused():
    user = member()
    member("li@example.com")
    here = entered()
    OneTimeCode.objects.all().delete()
    here.post("/account/address/email/", {"address": "li@example.com"})
    texts = {row.to: row.text for row in OutgoingMail.objects.filter(key__startswith="code-")}
    digits = {to: "".join(c for c in text if c.isdigit())[:6] for to, text in texts.items()}
    given = {"code": digits["li@example.com"], "old": digits["wang@example.com"]}
    assert here.post("/account/address/email/codes/", given).status_code == 400
    user.refresh_from_db()
    assert user.email == "wang@example.com"


def test_sensitive_page_when_the_proof_is_old_then_confirms_first():
    member()
    client = entered()
    session = client.session
    session["account_authentication_methods"] = [
        {**each, "at": time.time() - 601} for each in session["account_authentication_methods"]
    ]
    session.save()
    answer = client.get("/account/password/")
    assert answer["Location"] == "/account/confirmation/?next=%2Faccount%2Fpassword%2F"
    assert client.post("/account/password/", {"password": "seven-green-kettles"}).status_code == 302
    assert visitors.sign_in(browser(), password="seven-green-kettles").status_code == 400
    wrong = client.post(
        "/account/confirmation/", {"kind": "password", "password": "no", "next": "/account/password/"}
    )
    assert wrong.status_code == 400
    confirm(client)
    assert client.get("/account/password/").status_code == 200


def test_p38_closed_account_enters_by_no_door():
    user = member(username="wangfang")
    client = browser()
    visitors.ask_for_code(client, "wang@example.com")
    people.disable(user, by=SYSTEM)
    assert visitors.sign_in(browser(), "wangfang").status_code == 400
    assert visitors.enter_code(client, visitors.last_code())["Location"] == "/account/sign-in/shut/"
    assert not is_in(client)


def test_disable_then_browsers_and_tokens_are_out_at_once():
    user = member(username="wangfang")
    client = entered()
    people.disable(user, by=SYSTEM)
    assert not is_in(client)
    assert user.api_tokens.filter(revoked_at=None).count() == 0


def test_sweep_forgets_only_what_is_older_than_the_law_asks():
    member()
    entered()
    SignIn.objects.update(at=SignIn.objects.get().at - sessions.KEPT_FOR * 0.97)
    assert sessions.sweep_sessions() == 0
    SignIn.objects.update(at=SignIn.objects.get().at - sessions.KEPT_FOR * 0.1)
    assert sessions.sweep_sessions() == 1


def test_address_and_device_are_kept_sealed():
    member()
    entered(REMOTE_ADDR="36.110.5.6")
    kept = str(list(SignIn.objects.values_list("address", "device"))) + str(
        list(Session.objects.values_list("address"))
    )
    assert "36.110" not in kept and "Chrome" not in kept


def test_sign_in_again_in_the_same_browser_then_in_and_the_first_session_is_over():
    user, client = member(), browser()
    for _turn in range(2):
        assert visitors.sign_in(client)["Location"] == "/account/"
    assert (is_in(client), sorted(each.ended_why for each in user.sign_ins.all())) == (
        True,
        ["", "signed_out"],
    )


@pytest.mark.parametrize(("way", "other"), [("email", "13912345678"), ("phone", "li@example.com")])
def test_address_page_when_the_other_kind_is_given_then_refused_at_the_field_and_nothing_sent(way, other):
    member()
    client = entered()
    answer = client.post(f"/account/address/{way}/", {"address": other})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["address"])
    assert OneTimeCode.objects.count() == 0
