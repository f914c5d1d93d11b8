"""The door: language, refusals in their three forms, headers, and text that both databases can store."""

import errno
import json

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, override_settings
from django.urls import path

from huiyin.core.access import guard
from huiyin.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unavailable

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

REFUSALS = {
    "invalid": Invalid("text_missing", "Write <something>.", field="text"),
    "forbidden": Forbidden("not_allowed", ""),
    "absent": NotFound("case_absent", ""),
    "conflict": Conflict("stale", "Changed.", current={"version": 3}),
    "limit": TooMany("slow_down", "", retry_after=7),
    "unavailable": Unavailable("later", ""),
}


def refuse(request: HttpRequest, name: str) -> HttpResponse:
    raise REFUSALS[name]


def store_away(request: HttpRequest, why: str) -> HttpResponse:
    raise OperationalError("database or disk is full") if why == "database" else OSError(errno.ENOSPC, "full")


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


def echo(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        {
            "get": request.GET.dict(),
            "post": request.POST.dict(),
            "language": request.LANGUAGE_CODE,
            "ip": request.client_ip,
        }
    )


urlpatterns = [
    *guard(
        [
            path("no/<name>", refuse),
            path("api/v1/no/<name>", refuse),
            path("fail", fail),
            path("api/v1/fail", fail),
            path("away/<why>", store_away),
            path("api/v1/away/<why>", store_away),
        ],
        "public",
    ),
    *guard([path("echo", echo)], "public"),
    *guard([path("desk/secret", echo)], "staff"),
    path("forgotten", echo),
]
handler400 = "huiyin.core.errorviews.bad_request"
handler403 = "huiyin.core.errorviews.forbidden"
handler404 = "huiyin.core.errorviews.not_found"
handler500 = "huiyin.core.errorviews.server_error"


@pytest.fixture
def quiet() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", REFUSALS)
def test_refuse_when_program_asks_then_problem_json(client, name):
    response = client.get(f"/api/v1/no/{name}")
    body = json.loads(response.content)
    assert (response.status_code, body["status"]) == (REFUSALS[name].status,) * 2
    assert response["Content-Type"] == "application/problem+json"
    assert body["code"] == REFUSALS[name].code
    assert body["request_id"] == response["X-Request-Id"]
    assert body["detail"]


def test_refuse_when_field_named_then_listed(client):
    body = json.loads(client.get("/api/v1/no/invalid").content)
    assert body["errors"] == [{"field": "text", "message": "Write <something>."}]
    assert "field" not in body


def test_refuse_when_conflict_then_current_state_is_told(client):
    assert json.loads(client.get("/api/v1/no/conflict").content)["current"] == {"version": 3}


@pytest.mark.parametrize("name", REFUSALS)
def test_refuse_when_person_asks_then_page(client, name):
    response = client.get(f"/no/{name}")
    assert response.status_code == REFUSALS[name].status
    assert response["Content-Type"].startswith("text/html")
    assert "<something>" not in response.content.decode()


def test_refuse_when_htmx_asks_then_fragment_for_messages(client):
    response = client.get("/no/invalid", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Retarget"]) == (400, "#toasts")
    assert b"<html" not in response.content
    assert b"&lt;something&gt;" in response.content


def test_refuse_when_too_many_then_retry_after(client):
    assert client.get("/no/limit")["Retry-After"] == client.get("/api/v1/no/limit")["Retry-After"] == "7"


@override_settings(TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": []}])
def test_refuse_when_templates_are_broken_then_plain_page(client):
    response = client.get("/no/absent")
    assert response.status_code == 404
    assert response.content.startswith(b"<!doctype html>")


def test_fail_when_page_then_code_to_quote_and_no_detail(quiet):
    response = quiet.get("/fail")
    assert response.status_code == 500
    assert response["X-Request-Id"] in response.content.decode()
    assert b"secret detail" not in response.content


def test_fail_when_program_then_problem_json(quiet):
    body = json.loads(quiet.get("/api/v1/fail").content)
    assert (body["status"], body["code"]) == (500, "internal_error")
    assert "secret" not in json.dumps(body)


@pytest.mark.parametrize("why", ["database", "disk"])
def test_fail_when_the_store_is_full_or_away_then_503_to_be_tried_again(quiet, why):
    told = quiet.get(f"/api/v1/away/{why}")
    assert (told.status_code, told.json()["code"], told["Retry-After"]) == (503, "store_unavailable", "5")
    page = quiet.get(f"/away/{why}")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert b"disk is full" not in page.content


def test_admit_when_not_signed_in_then_to_sign_in_with_way_back(client):
    response = client.get("/desk/secret?a=1")
    assert (response.status_code, response["Location"]) == (
        302,
        "/desk/sign-in/?next=%2Fdesk%2Fsecret%3Fa%3D1",
    )


def test_admit_when_htmx_not_signed_in_then_whole_page_goes(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://evil.example/desk/x"}
    response = client.get("/desk/secret", headers=headers)
    assert (response.status_code, response["HX-Redirect"]) == (401, "/desk/sign-in/?next=%2Fdesk%2Fx")


def test_admit_when_route_has_no_audience_then_shut(client):
    assert client.get("/forgotten").status_code == 403


def test_find_when_unknown_address_then_404_in_form(client):
    assert client.get("/nowhere").status_code == 404
    assert client.get("/api/v1/nowhere")["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("cookie", "query", "accept", "expected"),
    [
        ("", "", "", "zh-hans"),
        ("", "", "en-GB,en;q=0.8", "en"),
        ("", "", "zh-TW", "zh-hans"),
        ("", "", "xx", "zh-hans"),
        ("en", "", "zh-CN", "en"),
        ("en", "zh-hans", "en", "zh-hans"),
        ("klingon", "<script>", "en", "en"),
    ],
)
def test_language_when_asked_then_explicit_wish_first(client, cookie, query, accept, expected):
    if cookie:
        client.cookies["language"] = cookie
    headers = {"Accept-Language": accept} if accept else {}
    response = client.get("/echo", {"lang": query} if query else {}, headers=headers)
    assert response.json()["language"] == response["Content-Language"] == expected


def test_language_when_in_link_then_remembered(client):
    client.get("/echo?lang=en")
    assert client.get("/echo").json()["language"] == "en"


def test_answer_when_any_then_not_cached_and_sealed_off(client):
    response = client.get("/echo")
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy


def test_read_when_text_has_nul_then_dropped(client):
    response = client.post("/echo?q=a%00b", {"te\x00xt": "x\x00y"})
    assert (response.json()["get"], response.json()["post"]) == ({"q": "ab"}, {"text": "xy"})


def test_read_when_path_has_nul_then_refused(client):
    assert client.get("/no/%00").status_code == 400


def test_read_when_bytes_are_no_utf8_then_replaced(client):
    body = client.post(
        "/echo?q=%ed%a0%80", b"text=%ff%fe", content_type="application/x-www-form-urlencoded"
    ).json()
    assert "\ud800" not in body["get"]["q"]
    assert body["post"]["text"] == "\ufffd\ufffd"


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "nonsense"])
def test_read_when_foreign_charset_then_refused(client, charset):
    content_type = f"application/x-www-form-urlencoded; charset={charset}"
    assert client.generic("POST", "/echo", b"text=+2AA-", content_type=content_type).status_code == 415


def test_read_when_body_too_large_then_413(client):
    response = client.post("/echo", {"text": "x" * 1_100_000})
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "expected"),
    [
        ([], "9.9.9.9", "1.1.1.1", "9.9.9.9"),
        (["10.0.0.0/8"], "9.9.9.9", "1.1.1.1", "9.9.9.9"),
        (["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.7", "1.1.1.1"),
        (["10.0.0.0/8"], "10.0.0.1", "rubbish", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_origin_when_proxied_then_only_listed_proxies_count(
    client, settings, trusted, remote, forwarded, expected
):
    settings.TRUSTED_PROXIES = trusted
    response = client.get("/echo", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    assert response.json()["ip"] == expected


def test_send_when_no_csrf_token_then_form_expired():
    response = Client(enforce_csrf_checks=True).post("/echo", {"a": "b"})
    assert response.status_code == 403
