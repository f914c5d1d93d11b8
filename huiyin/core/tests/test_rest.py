"""The manners of the JSON API on a small API of its own."""

import json
import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import include, path
from ninja import Query, Router
from ninja.responses import Status

from huiyin.core import idempotency, rest
from huiyin.core.access import guard
from huiyin.core.errors import Conflict
from huiyin.core.ids import uuid7
from huiyin.core.models import IdempotencyKey
from huiyin.core.ports import cache

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

router = Router()
made: list[str] = []


class Person(rest.Input):
    email: str
    age: int = 0


class Thing(rest.Input):
    text: str
    at: rest.Moment | None = None
    person: Person | None = None


class Shown(rest.Schema):
    id: UUID
    text: str


@router.get("/things", response=list[Shown], auth=rest.TokenAuth("things:read"))
def listed(request, limit: int = Query(50, ge=1, le=100), q: str = ""):
    return rest.answer([{"id": uuid7(), "text": q}])


@router.get("/things/{uuid:thing}", response=Shown, auth=rest.TokenAuth("things:read"))
def one(request, thing: UUID):
    return {"id": thing, "text": "one"}


@router.post("/things", response={201: Shown}, auth=rest.TokenAuth("things:write"))
def create(request, body: Thing):
    if body.text == "conflict":
        raise Conflict("taken", "Taken.", current={"version": 2})
    made.append(body.text)
    return rest.answer({"id": uuid7(), "text": body.text}, 201)


@router.post("/plain", response={201: Shown}, auth=rest.TokenAuth("things:write"))
def create_plain(request, body: Thing):
    made.append(body.text)
    return Status(201, {"id": uuid7(), "text": body.text})


@router.post("/prepared", response={201: Shown}, auth=rest.TokenAuth("things:write"))
@idempotency.kept_by_view
def create_prepared(request, body: Thing):
    assert len(connection.savepoint_ids) == outer_savepoints[0]
    with transaction.atomic():
        made.append(body.text)
        return idempotency.keep(request, rest.answer({"id": uuid7(), "text": body.text}, 201))


outer_savepoints = [0]
api = rest.Api(
    urls_namespace="test-rest", docs_url=None, parser=rest.Body(), auth=rest.TokenAuth(), version="1"
)
rest.handle_errors(api)
api.add_router("", router)
urlpatterns = [path("api/v1/", include((guard(api.urls[0], "api"), "ninja"), namespace="api-1"))]
handler400 = "huiyin.core.errorviews.bad_request"
handler404 = "huiyin.core.errorviews.not_found"


@dataclass
class FakeToken:
    pk: str
    scopes: list[str] = field(default_factory=lambda: ["things:read", "things:write"])
    user: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(name="u"))


TOKENS = {"good": FakeToken("1"), "other": FakeToken("2"), "reader": FakeToken("3", ["things:read"])}


@pytest.fixture(autouse=True)
def tokens(monkeypatch):
    monkeypatch.setattr(rest, "_authenticators", [TOKENS.get])
    made.clear()
    outer_savepoints[0] = len(connection.savepoint_ids)
    cache.port.cache_clear()


@pytest.fixture
def good() -> Client:
    return Client(headers={"Authorization": "Bearer good"})


def post(client, body, address="/api/v1/things", **headers):
    return client.post(address, body, content_type="application/json", headers=headers)


def problem(response) -> dict:
    assert response["Content-Type"] == "application/problem+json"
    return json.loads(response.content)


@pytest.mark.parametrize("header", ["", "good", "Basic good", "Bearer", "Bearer wrong"])
def test_call_when_no_valid_token_then_401(header):
    response = Client().get("/api/v1/things", headers={"Authorization": header} if header else {})
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert problem(response)["code"] in {"token_needed", "token_not_valid"}


def test_call_when_scope_missing_then_403_names_it():
    body = problem(post(Client(headers={"Authorization": "Bearer reader"}), {"text": "x"}))
    assert (body["status"], body["code"], body["scope"]) == (403, "scope_missing", "things:write")
    assert made == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["text"]),
        ({"text": "x", "colour": 1}, ["colour"]),
        ({"text": "x", "person": {"email": "a", "nick": "b"}}, ["person.nick"]),
        ({"text": 5, "person": {"age": "old"}}, ["text", "person.email", "person.age"]),
        ([], ["body"]),
        ({"text": "x", "at": 0}, ["at"]),
        ({"text": "x", "at": "2026-01-01T00:00:00"}, ["at"]),
    ],
)
def test_create_when_fields_wrong_then_400_names_each(good, body, fields):
    response = post(good, body)
    assert response.status_code == 400
    assert [error["field"] for error in problem(response)["errors"]] == fields


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff", b'{"text": "\\ud800"}', b"[" * 100_000, b'{"text": NaN}', b"null"]
)
def test_create_when_body_is_no_json_then_400(good, raw):
    response = good.post("/api/v1/things", raw, content_type="application/json")
    assert response.status_code == 400
    problem(response)


def test_create_when_text_has_nul_then_dropped(good):
    response = good.post("/api/v1/things", b'{"text": "a\\u0000b"}', content_type="application/json")
    assert (response.status_code, response.json()["text"]) == (201, "ab")


def test_create_when_not_json_type_then_415(good):
    response = good.post("/api/v1/things", b"{}", content_type="text/plain")
    assert (response.status_code, problem(response)["code"]) == (415, "json_needed")


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_create_when_form_is_sent_then_415(good, kind):
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nx\r\n--x--\r\n'
    response = good.generic("POST", "/api/v1/things", body, content_type=kind)
    assert (response.status_code, problem(response)["code"]) == (415, "json_needed")


def test_create_when_body_over_a_megabyte_then_413(good):
    assert problem(post(good, {"text": "x" * 1_100_000}))["status"] == 413


def test_list_when_query_unknown_or_wrong_then_400(good):
    assert problem(good.get("/api/v1/things?colour=red"))["errors"][0]["field"] == "colour"
    assert problem(good.get("/api/v1/things?limit=101"))["errors"][0]["field"] == "limit"


def test_read_when_id_is_no_uuid_then_404(good):
    assert problem(good.get("/api/v1/things/7"))["status"] == 404


def test_call_when_method_not_offered_then_405(good):
    response = good.delete("/api/v1/things")
    assert (response.status_code, response["Allow"]) == (405, "GET, POST")
    assert problem(response)["code"] == "method_not_allowed"


def test_call_when_token_used_too_often_then_429(good, monkeypatch):
    from huiyin.core import limits

    monkeypatch.setitem(limits.LIMITS, "api.token", limits.Limit(2, 60))
    assert [good.get("/api/v1/things").status_code for _ in range(3)] == [200, 200, 429]
    assert int(good.get("/api/v1/things")["Retry-After"]) in range(1, 61)


@pytest.mark.parametrize("address", ["/api/v1/things", "/api/v1/plain", "/api/v1/prepared"])
def test_create_when_same_key_and_body_then_first_answer(good, address):
    first = post(good, {"text": "once"}, address, **{"Idempotency-Key": "k-1"})
    again = post(good, {"text": "once"}, address, **{"Idempotency-Key": "k-1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first.headers.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert made == ["once"]


def test_create_when_same_key_and_other_body_then_409(good):
    post(good, {"text": "once"}, **{"Idempotency-Key": "k-1"})
    response = post(good, {"text": "twice"}, **{"Idempotency-Key": "k-1"})
    assert (response.status_code, problem(response)["code"]) == (409, "idempotency_key_reused")
    assert made == ["once"]


def test_create_when_key_of_another_token_then_its_own(good):
    post(good, {"text": "once"}, **{"Idempotency-Key": "k-1"})
    other = Client(headers={"Authorization": "Bearer other"})
    assert "Idempotent-Replayed" not in post(other, {"text": "once"}, **{"Idempotency-Key": "k-1"})
    assert IdempotencyKey.objects.count() == 2


def test_create_when_refused_then_key_is_free(good):
    assert post(good, {"text": "conflict"}, **{"Idempotency-Key": "k-1"}).status_code == 409
    assert post(good, {"text": "fine"}, **{"Idempotency-Key": "k-1"}).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "é"])
def test_create_when_key_malformed_then_400(good, key):
    assert (
        problem(post(good, {"text": "x"}, **{"Idempotency-Key": key}))["errors"][0]["field"]
        == "Idempotency-Key"
    )


def test_create_when_key_given_then_two_queries_more(good, django_assert_num_queries):
    with django_assert_num_queries(4):  # look, SAVEPOINT, keep, RELEASE
        post(good, {"text": "x"}, **{"Idempotency-Key": "k-1"})


@pytest.mark.django_db(transaction=True)
def test_create_when_sent_many_times_at_once_then_one_row_and_one_answer():
    outer_savepoints[0] = 0
    answers = []

    def send():
        client = Client(headers={"Authorization": "Bearer good"})
        response = post(client, {"text": "race"}, "/api/v1/prepared", **{"Idempotency-Key": "r"})
        answers.append((response.status_code, response.content))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(set(answers)) == 1 and answers[0][0] == 201
    assert IdempotencyKey.objects.count() == 1


def test_describe_when_any_operation_then_refusals_and_key_are_told():
    schema = api.get_openapi_schema()
    assert schema["openapi"] == "3.1.0"
    posting = schema["paths"]["/api/v1/things"]["post"]
    assert {"201", "400", "401", "403", "404", "409", "413", "415", "429", "500", "503"} <= set(
        posting["responses"]
    )
    assert [p["name"] for p in posting["parameters"] if p["in"] == "header"] == ["Idempotency-Key"]
    listing = schema["paths"]["/api/v1/things"]["get"]
    assert "Idempotency-Key" not in {p["name"] for p in listing["parameters"]}
