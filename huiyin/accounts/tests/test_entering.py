"""Coming in and joining, by code and by password."""

import re
import statistics
import time

import pytest
from django.test import Client

from huiyin.accounts.models import Contact, Identity, OneTimeCode, Setback, SignIn, User
from huiyin.accounts.services import contacts, people
from huiyin.accounts.services.contacts import Person
from huiyin.accounts.tests import visitors
from huiyin.accounts.tests.visitors import (
    PASSWORD,
    ask_for_code,
    browser,
    enter_code,
    is_in,
    last_code,
    member,
)
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.models import JournalEntry, OutgoingMail, OutgoingSms

pytestmark = pytest.mark.django_db

ADDRESSES = ["wang@example.com", "138 0013 8000"]


def events_of(user: User) -> list[str]:
    return list(
        JournalEntry.objects.filter(subject=str(user.id)).order_by("seq").values_list("name", flat=True)
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_join_by_code_when_the_address_is_new_then_there_is_an_account_and_a_contact(address):
    client = browser()
    assert ask_for_code(client, address)["Location"] == "/account/sign-in/code/entry/"
    assert enter_code(client, last_code())["Location"] == "/account/sign-up/"
    assert client.post("/account/sign-up/", {"terms": "on", "name": "小王"})["Location"] == "/account/"
    user = User.objects.get()
    contact = Contact.objects.get(user=user)
    assert is_in(client) and str(user) == "小王"
    assert [(i.kind in {"email", "phone"}, i.verified_at is None) for i in contact.identities.all()] == [
        (True, False)
    ]
    assert events_of(user) == ["user.created", "terms.accepted", "address.verified", "user.signed_in"]
    assert user.joined_from["device"] == visitors.CHROME and user.joined_from["address"] == "127.0.0.1"


def test_join_when_terms_are_not_agreed_to_then_no_account_and_name_is_kept():
    client = browser()
    ask_for_code(client, ADDRESSES[0])
    enter_code(client, last_code())
    answer = client.post("/account/sign-up/", {"name": "小王"})
    assert (answer.status_code, User.objects.count()) == (400, 0)
    assert 'value="小王"' in answer.content.decode()


@pytest.mark.parametrize("address", ADDRESSES)
def test_enter_by_code_when_the_address_is_known_then_in_and_no_second_account(address):
    user = member(address)
    client = browser()
    ask_for_code(client, address, next="/requests/")
    assert enter_code(client, last_code())["Location"] == "/requests/"
    assert is_in(client) and User.objects.get() == user


def test_ask_for_code_when_known_or_unknown_then_the_answers_are_the_same():
    member("wang@example.com")
    OneTimeCode.objects.all().delete()
    answers = [ask_for_code(browser(), each) for each in ("wang@example.com", "nobody@example.com")]
    assert len({(a.status_code, a["Location"], a.content) for a in answers}) == 1
    assert OutgoingMail.objects.filter(key__startswith="code-").count() == 2


def test_code_when_asked_for_twice_within_a_minute_then_waits():
    client = browser()
    ask_for_code(client, ADDRESSES[0])
    answer = ask_for_code(client, ADDRESSES[0])
    assert (answer.status_code, OneTimeCode.objects.count()) == (400, 1)


def test_p08_code_when_tried_five_times_then_the_right_one_does_not_work_any_more():
    client = browser()
    ask_for_code(client, ADDRESSES[0])
    right = last_code()
    wrong = "000000" if right != "000000" else "111111"
    assert [enter_code(client, wrong).status_code for _try in range(5)] == [400] * 5
    assert enter_code(client, right).status_code == 400
    assert OneTimeCode.objects.get().used_at is None


def test_p08_code_when_entered_in_another_browser_then_it_is_not_even_asked_for():
    ask_for_code(browser(), ADDRESSES[0])
    answer = enter_code(browser(), last_code())
    assert answer["Location"] == "/account/sign-in/code/"
    assert OneTimeCode.objects.get().tries == 0


def test_code_when_ten_minutes_have_passed_then_it_is_over():
    client = browser()
    ask_for_code(client, ADDRESSES[0])
    code = last_code()
    OneTimeCode.objects.update(expires_at=clock.now())
    assert enter_code(client, code).status_code == 400


def test_code_when_used_once_then_never_again():
    client = browser()
    member(ADDRESSES[0])
    ask_for_code(client, ADDRESSES[0])
    code = last_code()
    assert enter_code(client, code).status_code == 302
    assert enter_code(client, code)["Location"] == "/account/sign-in/code/"


def test_code_is_kept_as_a_keyed_digest_and_the_address_sealed():
    ask_for_code(browser(), ADDRESSES[0])
    kept = OneTimeCode.objects.values_list("digest", "address").get()
    assert last_code() not in "".join(map(str, kept)) and "wang" not in str(kept[1])


@pytest.mark.parametrize("name", ["wang@example.com", "WANG@Example.com", "wangfang"])
def test_sign_in_by_password_with_each_name_then_in(name):
    member(username="wangfang")
    client = browser()
    assert visitors.sign_in(client, name)["Location"] == "/account/"
    assert is_in(client)
    assert SignIn.objects.values_list("door", "result").get() == ("password", "let_in")


def test_sign_in_by_phone_and_password_then_in():
    member("13800138000")
    assert visitors.sign_in(browser(), "+86 138-0013-8000").status_code == 302


def text_of(answer) -> str:
    """The page without what differs each time it is asked for."""
    return re.sub(r'value="[^"]*"|[A-Z2-9]{8}', "", answer.content.decode())


def test_sign_in_when_unknown_wrong_closed_or_without_password_then_the_same_answer():
    member("a@example.com", username="aaaa")
    member("b@example.com", username="bbbb", password="")
    people.disable(member("c@example.com", username="cccc"), by=SYSTEM)
    names = ["nobody", "aaaa", "bbbb", "cccc"]
    passwords = ["wrong-wrong", "wrong-wrong", "wrong-wrong", PASSWORD]
    answers = [
        visitors.sign_in(browser(REMOTE_ADDR=f"198.51.100.{i}"), *pair)
        for i, pair in enumerate(zip(names, passwords, strict=True))
    ]
    assert {(a.status_code, text_of(a)) for a in answers} == {(400, text_of(answers[0]))}


def test_p16_sign_in_with_an_empty_password_never_works():
    member("b@example.com", username="bbbb", password="")
    assert visitors.sign_in(browser(), "bbbb", "").status_code == 400
    assert visitors.sign_in(browser(), "bbbb", " ").status_code == 400


def test_sign_in_takes_as_long_for_an_unknown_name_as_for_a_known_one():
    member(username="wangfang")

    def cost(name: str) -> float:
        Setback.objects.all().delete()
        began = time.perf_counter()
        visitors.sign_in(Client(REMOTE_ADDR="203.0.113.9"), name, "wrong-wrong")
        return time.perf_counter() - began

    for name in ("wangfang", "nobody"):
        cost(name)
    pairs = [(cost("wangfang"), cost("nobody")) for _round in range(7)]
    known, unknown = (statistics.median(each) for each in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.35 * max(known, unknown)


def test_sign_in_when_wrong_again_and_again_then_waits_longer_each_time():
    member(username="wangfang")
    for attempt in range(5):
        visitors.sign_in(
            browser(REMOTE_ADDR=f"198.51.100.{attempt}"), "wangfang", "wrong-wrong", **visitors.by_hand()
        )
    waits = []
    for attempt in range(3):
        setback = Setback.objects.order_by("-failures").first()
        waits.append(round((setback.until - setback.failed_at).total_seconds()))
        Setback.objects.update(until=None)
        client = browser(REMOTE_ADDR=f"198.51.101.{attempt}")
        visitors.sign_in(client, "wangfang", "wrong-wrong", **visitors.by_hand())
    assert waits == [30, 60, 120]
    answer = visitors.sign_in(browser(REMOTE_ADDR="198.51.102.1"), "wangfang", PASSWORD, **visitors.by_hand())
    assert answer.status_code == 400 and SignIn.objects.filter(result="let_in").count() == 0


def test_sign_in_when_locked_by_a_stranger_then_the_persons_own_browser_still_comes_in():
    member(username="wangfang")
    own = browser(REMOTE_ADDR="192.0.2.1")
    assert visitors.sign_in(own, "wangfang").status_code == 302
    own.post("/account/sign-out/")
    for attempt in range(6):
        visitors.sign_in(
            browser(REMOTE_ADDR=f"198.51.100.{attempt}"), "wangfang", "wrong-wrong", **visitors.by_hand()
        )
    assert (
        visitors.sign_in(browser(REMOTE_ADDR="198.51.103.1"), "wangfang", **visitors.by_hand()).status_code
        == 400
    )
    assert visitors.sign_in(own, "wangfang").status_code == 302


def test_sign_in_after_three_failures_asks_for_work():
    member(username="wangfang")
    client = browser()
    for _try in range(3):
        answer = visitors.sign_in(client, "wangfang", "wrong-wrong")
    assert "data-captcha" in answer.content.decode()
    refused = visitors.sign_in(client, "wangfang", PASSWORD)
    assert refused.status_code == 400 and not is_in(client)
    assert visitors.sign_in(client, "wangfang", PASSWORD, **visitors.by_hand()).status_code == 302


def test_p39_next_when_it_leads_away_then_home():
    member(username="wangfang")
    for target in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%0d%0aX: y",
        "javascript:alert(1)",
    ):
        client = browser()
        answer = visitors.sign_in(client, "wangfang", next=target)
        assert answer["Location"] in {"/account/", target} and not answer["Location"].startswith(
            ("h", "//", "/\\", "j")
        )


def test_join_by_name_when_fit_then_account_without_contact():
    client = browser()
    given = {"username": "Li.Ming", "password": PASSWORD, "terms": "on", **visitors.by_hand()}
    assert client.post("/account/sign-up/name/", given)["Location"] == "/account/"
    assert User.objects.get().username == "li.ming" and Contact.objects.count() == 0


@pytest.mark.parametrize(
    "password", ["short1!", "password123", "woaini1314", "wangfang1", "qwertyuiop1", "1" * 129]
)
def test_join_when_the_password_is_weak_then_refused_at_the_field(password):
    given = {"username": "wangfang", "password": password, "terms": "on", **visitors.by_hand()}
    answer = browser().post("/account/sign-up/name/", given)
    assert (answer.status_code, User.objects.count()) == (400, 0)
    assert answer.context["form"].errors.keys() == {"password"}


def test_password_when_composition_is_switched_on_then_a_mixture_is_asked_for(settings):
    given = {"username": "wangfang", "password": "lilac harbour eleven", "terms": "on", **visitors.by_hand()}
    settings.PASSWORD_COMPOSITION = True
    assert browser().post("/account/sign-up/name/", given).status_code == 400
    settings.PASSWORD_COMPOSITION = False
    assert browser().post("/account/sign-up/name/", given).status_code == 302


def test_contact_known_by_the_claimed_address_alone_becomes_the_accounts_own():
    contact, _new = contacts.register(Person.of(email="wang@example.com", name="王"), by=SYSTEM)
    assert Contact.objects.get(user=member("wang@example.com")) == contact


def test_contact_claimed_together_with_somebody_elses_number_is_not_taken_over():
    claimed = Person.of(email="wang@example.com", phone="13900139000", external_id="u-77")
    contact, _new = contacts.register(claimed, by=SYSTEM)
    user = member("wang@example.com")
    mine = Contact.objects.get(user=user)
    assert mine != contact and Contact.objects.get(id=contact.id).user is None
    assert [i.value for i in mine.identities.all()] == ["wang@example.com"]
    assert set(contact.identities.values_list("kind", flat=True)) == {"phone", "external_id"}


def test_contact_vouched_for_by_the_company_becomes_the_accounts_own():
    known = Person.of(email="wang@example.com", external_id="u-77", verified=True)
    contact, _new = contacts.register(known, by=SYSTEM)
    assert Contact.objects.get(user=member("wang@example.com")) == contact
    assert Identity.objects.filter(contact=contact).count() == 2


def test_sms_code_is_good_no_longer_than_the_code():
    ask_for_code(browser(), "13800138000")
    row = OutgoingSms.objects.get()
    assert (row.to, row.useful_until) == ("+8613800138000", OneTimeCode.objects.get().expires_at)
