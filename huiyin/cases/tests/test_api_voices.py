"""POST /voices and /voices/batch: taken in once, refused with the field named, safe against hostile input."""

import json
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.accounts.models import Contact
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import organisation, product, staff
from huiyin.cases.tests.programs import Program, fields_of
from huiyin.cases.tests.watching import at_once, statements, unchanged
from huiyin.conversations.models import Message
from huiyin.core import attachments
from huiyin.core.limits import LIMITS, Limit
from huiyin.core.models import Attachment, IdempotencyKey
from huiyin.knowledge.services import Words
from huiyin.knowledge.tests.factories import published
from huiyin.voices.models import RawInput, Voice

pytestmark = pytest.mark.django_db
TEXT = "付款成功但会员没有到账，急！"
VOICE = {
    "source": "api",
    "text": TEXT,
    "contact": {"external_id": "u-1", "email": "wang@example.com", "name": "王芳"},
}


@pytest.fixture
def agent():
    organisation()
    return staff()


@pytest.fixture
def program(agent):
    return Program(agent)


def waiting(by) -> Attachment:
    return attachments.store(SimpleUploadedFile("a.txt", "收据".encode()), by=by.actor)


def test_post_when_new_then_tells_voice_case_clocks_and_the_users_link(program):
    product()
    context = {"device": "iPhone", "order_id": "A-1"}
    answered = program.post("/voices", {**VOICE, "subject": "会员", "product": "music", "context": context})
    told = answered.json()
    case, voice = Case.objects.get(), Voice.objects.get()
    assert answered.status_code == 201
    assert set(told) == {"voice", "case", "answers"}
    assert (told["voice"]["id"], told["voice"]["language"]) == (str(voice.id), "zh")
    assert (told["case"]["number"], told["case"]["status"]) == (case.reference, "new")
    assert [clock["kind"] for clock in told["case"]["clocks"]] == ["first_response", "resolution"]
    assert {clock["state"] for clock in told["case"]["clocks"]} == {"running"}
    assert (voice.text, voice.subject, voice.context) == (TEXT, "会员", context)
    assert case.product.key == "music"
    key = told["case"]["follow_url"].rstrip("/").rsplit("/", 1)[1]
    assert Program().get(f"/follow/{key}").json()["number"] == case.reference


def test_post_when_token_may_not_act_for_contacts_then_no_link(agent):
    told = Program(agent, "voices:write").post("/voices", VOICE).json()
    assert "follow_url" not in told["case"]


@pytest.mark.parametrize(
    ("role", "status"), [("agent", 201), ("auditor", 403), ("engineer", 403), ("manager", 403)]
)
def test_post_when_role_is_not_for_it_then_nothing_is_kept(role, status):
    organisation()
    answered = Program(staff("somebody", role)).post("/voices", VOICE)
    assert (answered.status_code, RawInput.objects.count()) == (status, int(status == 201))


def test_post_when_scope_is_missing_then_403_and_without_token_401(agent):
    assert Program(agent, "cases:read").post("/voices", VOICE).json()["code"] == "scope_missing"
    assert Program().post("/voices", VOICE).status_code == 401
    assert RawInput.objects.count() == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"source": "pigeon"}, "source"),
        ({"text": ""}, "text"),
        ({"text": "   "}, "text"),
        ({"text": "\x00\x00"}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": None}, "text"),
        ({"text": 7}, "text"),
        ({"subject": "x" * 201}, "subject"),
        ({"kind": "riddle"}, "kind"),
        ({"product": "nothing"}, "product"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": "x" * 201}, "external_id"),
        ({"occurred_at": "2026-11-20T10:00:00"}, "occurred_at"),
        ({"occurred_at": 1700000000}, "occurred_at"),
        ({"context": {str(n): n for n in range(51)}}, "context"),
        ({"context": []}, "context"),
        ({"attachments": ["x"]}, "attachments.0"),
        ({"contact": {"email": "nobody"}}, "email"),
        ({"contact": {"phone": "12"}}, "phone"),
        ({"contact": {"email": "x" * 250 + "@a.cn"}}, "contact.email"),
        ({"contact": {"wechat": "w"}}, "contact.wechat"),
        ({"contact": None}, "contact"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_post_when_input_is_wrong_then_400_names_the_field_and_keeps_nothing(program, values, field):
    with unchanged():
        answered = program.post("/voices", {**VOICE, **values})
    assert (answered.status_code, fields_of(answered)) == (400, [field])
    assert Contact.objects.count() == 0


def test_post_when_attachment_is_known_then_given_to_the_message(program, agent):
    file = waiting(agent)
    answered = program.post("/voices", {**VOICE, "attachments": [str(file.id), str(file.id)]})
    message = Message.objects.get()
    file.refresh_from_db()
    assert answered.status_code == 201
    assert (file.status, file.owner_kind, file.owner_id) == ("claimed", "message", str(message.id))
    assert message.attachment_count == 1


@pytest.mark.parametrize("whose", ["nobody", "another"])
def test_post_when_attachment_is_not_ones_own_then_refused_in_both_ways(program, agent, whose):
    file = waiting(staff("wangwu")).id if whose == "another" else "01890000-0000-7000-8000-000000000000"
    voice = {**VOICE, "attachments": [str(file)]}
    with unchanged():
        answered = program.post("/voices", voice)
    assert (answered.status_code, answered.json()["code"]) == (400, "file_unknown")
    with unchanged():
        batch = program.post("/voices/batch", {"items": [voice]}).json()
    assert [item["code"] for item in batch["items"]] == ["file_unknown"]


def test_post_when_more_than_ten_attachments_then_400(program, agent):
    files = [str(waiting(agent).id) for _ in range(11)]
    assert fields_of(program.post("/voices", {**VOICE, "attachments": files})) == ["attachments"]


HOSTILE = {
    "sql": "'; DROP TABLE cases_case; --",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "marks": "abc\u202edcba\u202c\u200b\ufeff",
    "emoji": "👩‍👩‍👧‍👦" * 100,
    "template": "{{ settings.SECRET_KEY }} {% debug %} %s %(x)s ${x}",
    "newlines": "a\r\nb\tc\x0b\x1b[31m",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_post_when_text_is_hostile_then_it_is_text(program, text):
    voice = {
        **VOICE,
        "text": text,
        "subject": text[:200],
        "context": {text[:50]: text},
        "external_id": text[:200],
    }
    voice["contact"] = {"name": text[:120], "external_id": text[:200]}
    answered = program.post("/voices", voice)
    assert answered.status_code == 201
    assert Voice.objects.get().text == text
    assert Contact.objects.get().name == text[:120].strip()
    found = program.client.get("/api/v1/cases", {"q": text[:900]})
    assert found.status_code == 200


def test_post_when_text_holds_nul_then_dropped(program):
    assert program.post("/voices", {**VOICE, "text": "会\x00员"}).status_code == 201
    assert Voice.objects.get().text == "会员"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"source"', 400),
        (b'{"text": "\\ud800"}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100 + b"]" * 100, 400),
        (b'{"context":' * 100 + b"1" + b"}" * 100, 400),
        (b'{"a":' * 100_000, 400),
        (json.dumps({**VOICE, "context": {"x": "y" * 1_100_000}}).encode(), 413),
    ],
    ids=["empty", "list", "null", "cut", "surrogate", "latin", "deep list", "deep", "very deep", "large"],
)
def test_post_when_body_is_hostile_then_refused_and_nothing_kept(program, raw, status):
    with unchanged():
        answered = program.send("post", "/voices", raw)
    assert (answered.status_code, answered["Content-Type"]) == (status, "application/problem+json")


def test_post_when_context_is_deep_then_kept_or_refused_but_never_a_fault(program):
    deep: object = "end"
    for _ in range(90):
        deep = {"a": deep}
    assert program.post("/voices", {**VOICE, "context": {"deep": deep}}).status_code in (201, 400)


def test_post_when_no_json_then_415(program):
    answered = program.post("/voices", "source=api", content_type="application/x-www-form-urlencoded")
    assert (answered.status_code, answered.json()["code"]) == (415, "json_needed")


def test_post_when_too_often_then_429_says_how_long(program, monkeypatch):
    monkeypatch.setitem(LIMITS, "api.token", Limit(2, 60))
    codes = [program.post("/voices", {**VOICE, "external_id": str(n)}).status_code for n in range(2)]
    answered = program.post("/voices", VOICE)
    assert (codes, answered.status_code) == ([201, 201], 429)
    assert 0 < int(answered["Retry-After"]) <= 60


def test_post_when_refused_first_then_the_key_is_free_for_the_corrected_voice(program):
    wrong = {**VOICE, "contact": {"email": "nobody"}}
    assert program.post("/voices", wrong, key="k").status_code == 400
    assert program.post("/voices", VOICE, key="k").status_code == 201
    again = program.post("/voices", VOICE, key="k")
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    other = program.post("/voices", {**VOICE, "text": "别的"}, key="k")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Case.objects.count() == 1


def test_post_when_measured_then_twelve_statements_make_a_case_and_find_answers(program):
    published(Words(TEXT, "重新打开应用即可。"))
    assert program.post("/voices", VOICE).json()["answers"]
    stranger = {**VOICE, "contact": {"external_id": "u-2"}}
    assert statements(lambda: program.post("/voices", stranger)) == 12
    assert statements(lambda: program.post("/voices", VOICE)) == 10
    assert statements(lambda: program.post("/voices", VOICE, key="keeps-the-answer")) == 11
    assert Case.objects.count() == 4


def test_batch_when_some_are_known_or_bad_then_each_tells_its_own(program):
    first = {**VOICE, "external_id": "e-1"}
    program.post("/voices", first)
    items = [first, {**VOICE, "external_id": "e-2"}, {**VOICE, "text": ""}, {"source": "api"}, {}]
    told = program.post("/voices/batch", {"items": items}, key="b").json()
    assert (told["stored"], told["known"], told["refused"]) == (1, 1, 3)
    assert [item["status"] for item in told["items"]] == ["known", "stored", "refused", "refused", "refused"]
    assert [item["field"] for item in told["items"][2:]] == ["text", "text", "source"]
    assert program.post("/voices/batch", {"items": items}, key="b").json() == told
    assert Case.objects.count() == 2


@pytest.mark.parametrize("items", [[], [{}] * 501, "x", None, [1]])
def test_batch_when_not_a_list_of_1_to_500_then_400(program, items):
    with unchanged():
        assert program.post("/voices/batch", {"items": items}).status_code == 400


def test_batch_when_role_is_not_for_it_then_403():
    organisation()
    auditor = Program(staff("auditor", "auditor"))
    assert auditor.post("/voices/batch", {"items": [VOICE]}).status_code == 403
    assert RawInput.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("on_disk")
@pytest.mark.parametrize("texts", [[TEXT] * 4, ["一", "二", "三", "四"]], ids=["same", "others"])
def test_post_when_one_key_comes_in_parallel_then_one_case_and_no_second_answer(agent, texts):
    program = Program(agent, "voices:write")
    answers = at_once(
        *(partial(program.post, "/voices", {**VOICE, "text": text}, key="one") for text in texts)
    )
    kept = Voice.objects.get()
    assert (Case.objects.count(), IdempotencyKey.objects.count()) == (1, 1)
    for text, answered in zip(texts, answers, strict=True):
        status, told = answered.status_code, answered.json()
        if text == kept.text:
            assert (status, told["voice"]["id"]) in [(201, str(kept.id)), (200, str(kept.id))]
        else:
            assert (status, told["code"]) == (409, "idempotency_key_reused")
