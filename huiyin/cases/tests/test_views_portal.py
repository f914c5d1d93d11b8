"""The contact's own page of a case: their key, their words, their verdict; nothing lost, nothing of ours shown."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.cases import services
from huiyin.cases.models import Confirmation
from huiyin.cases.selectors import follow_key
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.cases.tests.watching import statements, unchanged
from huiyin.conversations.models import Message
from huiyin.core.attachments import MAX_SIZE
from huiyin.core.idempotency import forms_nonce
from huiyin.core.limits import LIMITS, Limit
from huiyin.core.models import Attachment

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('x')</script> \u202e'; DROP TABLE cases_case; --"


@pytest.fixture
def agent():
    organisation()
    return staff()


@pytest.fixture
def browser():
    return Client()


def page(case, rest: str = "") -> str:
    return f"/follow/{follow_key(case)}/{rest}"


def solved(agent):
    return services.solve(heard(), resolution="**已补发**", by=agent.actor)


def test_page_when_opened_then_words_and_steps_without_notes_and_kept_out_of_caches(browser, agent):
    case = heard(HOSTILE)
    services.note(case, "内部：疑似欺诈", by=agent.actor)
    services.reply(case, "在查 **订单**", by=agent.actor)
    answered = browser.get(page(case))
    shown = answered.content.decode()
    assert (answered.status_code, answered["Cache-Control"]) == (200, "no-store")
    assert case.reference in shown and "<strong>订单</strong>" in shown and "Liming" in shown
    assert "疑似欺诈" not in shown and "<script>alert" not in shown and "&lt;script&gt;" in shown


def test_page_when_read_then_nothing_is_recorded(browser, agent):
    case = solved(agent)
    with unchanged():
        browser.get(page(case))
        browser.get(page(case))


@pytest.mark.parametrize(("language", "word"), [("en", "Conversation"), ("zh-hans", "沟通")])
def test_page_when_read_in_a_language_then_in_that_language(browser, agent, language, word):
    answered = browser.get(page(heard()), headers={"Accept-Language": language})
    assert answered["Content-Language"] == language
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in answered.content.decode()


def test_page_when_longer_then_costs_no_more_statements(browser, agent):
    case = heard()
    services.reply(case, "一", by=agent.actor)
    browser.get(page(case))
    short = statements(lambda: browser.get(page(case)))
    for n in range(3):
        services.reply(case, str(n), by=agent.actor)
        services.hear_again(case, str(n), by=case.contact.actor)
    browser.get(page(case))
    assert statements(lambda: browser.get(page(case))) == short


@pytest.mark.parametrize("key", ["x", "a" * 43, "é" * 10, "%3Cscript%3E"])
def test_any_call_when_key_is_wrong_then_404_and_nothing(browser, agent, key):
    case = solved(agent)
    with unchanged():
        assert browser.get(f"/follow/{key}/").status_code == 404
        assert browser.post(f"/follow/{key}/messages/", {"text": "a"}).status_code == 404
        assert browser.post(f"/follow/{key}/confirmation/", {"settled": "yes"}).status_code == 404
    assert case.reference not in browser.get(f"/follow/{key}/").content.decode()


def test_message_when_sent_with_a_file_then_on_the_case_once_for_one_form(browser, agent):
    case = heard()
    form = {"text": "补充：订单 A1", "nonce": forms_nonce()}
    for _ in range(2):
        answered = browser.post(
            page(case, "messages/"), {**form, "files": [SimpleUploadedFile("a.txt", b"x")]}
        )
        assert (answered.status_code, answered["Location"]) == (302, page(case))
    said = Message.objects.filter(direction="in").latest("at")
    assert (Message.objects.count(), said.body, said.attachment_count) == (2, "补充：订单 A1", 1)
    assert said.voice.contact_id == case.contact_id


@pytest.mark.parametrize(
    ("text", "file", "status"),
    [
        (" ", None, 400),
        ("x" * 20_001, None, 400),
        ("写了很久的话", SimpleUploadedFile("a.exe", b"MZ\x90\x00" + b"\x00" * 200), 415),
        ("写了很久的话", SimpleUploadedFile("a.txt", b""), 400),
        ("写了很久的话", SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64), 415),
        ("写了很久的话", SimpleUploadedFile("a.txt", b"x" * (MAX_SIZE + 1)), 413),
    ],
    ids=["blank", "too long", "program", "empty", "broken picture", "too large"],
)
def test_message_when_refused_then_nothing_is_said_and_what_was_typed_is_there(
    browser, agent, text, file, status
):
    case = heard()
    with unchanged():
        answered = browser.post(
            page(case, "messages/"), {"text": text, **({"files": [file]} if file else {})}
        )
    shown = answered.content.decode()
    assert answered.status_code == status
    assert 'role="alert"' in shown
    assert text.strip() in shown
    assert Attachment.objects.count() == 0


def test_message_when_more_than_ten_files_then_413_and_the_words_stay(browser, agent):
    case = heard()
    files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)]
    answered = browser.post(page(case, "messages/"), {"text": "写了很久的话", "files": files})
    assert (answered.status_code, "写了很久的话" in answered.content.decode()) == (413, True)
    assert (Message.objects.count(), Attachment.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("form", "status", "score"),
    [
        ({"settled": "yes", "score": "5", "comment": "谢谢"}, "confirmed", 5),
        ({"settled": "yes"}, "confirmed", None),
        ({"settled": "no", "comment": "没到"}, "open", None),
        ({"settled": "yes", "score": "²"}, "confirmed", None),
        ({"settled": "yes", "score": "9" * 5000}, "confirmed", None),
    ],
)
def test_confirmation_when_said_then_stands(browser, agent, form, status, score):
    case = solved(agent)
    answered = browser.post(page(case, "confirmation/"), form)
    case.refresh_from_db()
    assert (answered.status_code, case.status, Confirmation.objects.get().score) == (302, status, score)


@pytest.mark.parametrize(
    "form",
    [{}, {"settled": "perhaps"}, {"settled": "yes", "score": "6"}, {"settled": "no", "comment": "x" * 4001}],
)
def test_confirmation_when_input_is_wrong_then_the_page_says_so(browser, agent, form):
    case = solved(agent)
    with unchanged():
        answered = browser.post(page(case, "confirmation/"), form)
    assert (answered.status_code, 'role="alert"' in answered.content.decode()) == (400, True)


def test_confirmation_when_only_read_then_a_link_alone_confirms_nothing(browser, agent):
    case = solved(agent)
    with unchanged():
        assert browser.get(page(case, "confirmation/")).status_code == 405
        assert browser.get(page(case) + "?settled=yes").status_code == 200


def test_any_call_when_too_often_then_429(browser, agent, monkeypatch):
    case = solved(agent)
    monkeypatch.setitem(LIMITS, "follow.address", Limit(1, 60))
    browser.get(page(case))
    with unchanged():
        answered = browser.post(page(case, "confirmation/"), {"settled": "yes"})
    assert (answered.status_code, int(answered["Retry-After"]) > 0) == (429, True)


def test_form_when_no_token_comes_along_then_refused(agent):
    case, strict = solved(agent), Client(enforce_csrf_checks=True)
    with unchanged():
        assert strict.post(page(case, "confirmation/"), {"settled": "yes"}).status_code == 403


def test_list_when_links_were_opened_here_then_newest_first_and_dead_ones_are_gone(browser, agent):
    first, second, dead = heard("第一件"), heard("第二件"), heard("第三件")
    for case in (first, second, dead):
        browser.get(page(case))
    dead.follow_version += 1
    dead.save(update_fields=["follow_version"])
    shown = browser.get("/requests/").content.decode()
    assert shown.index("第二件") < shown.index("第一件") and "第三件" not in shown
    assert "第一件" not in Client().get("/requests/").content.decode()
