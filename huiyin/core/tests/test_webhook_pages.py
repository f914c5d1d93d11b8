"""Webhooks over HTTP: the administrators' pages and the JSON API."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.core import attachments, clock
from huiyin.core.models import Attachment, Job, WebhookDelivery, WebhookEndpoint
from huiyin.core.tests.people import bearer, signed_in, staff
from huiyin.core.webhooks import endpoints, outbox, recipients

pytestmark = pytest.mark.django_db
GOOD = {"name": "CRM", "url": "https://crm.example/hook", "events": ["case.*"]}


@pytest.fixture(autouse=True)
def nobody_objects(monkeypatch):
    """What apps above object to is theirs to test."""
    monkeypatch.setattr(recipients, "_objections", [])
    monkeypatch.setattr(recipients, "_guards", [])


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setattr(endpoints, "known_events", lambda: ["*", "case.*", "case.opened"])


@pytest.fixture
def admin():
    return staff("admin")


@pytest.fixture
def endpoint(admin) -> WebhookEndpoint:
    return endpoints.create(name="CRM", url=GOOD["url"], event_names=["*"], by=admin.actor)


def test_list_when_administrator_then_form_makes_endpoint(admin):
    client = signed_in(admin)
    assert client.get("/desk/webhooks/").status_code == 200
    response = client.post("/desk/webhooks/", GOOD)
    row = WebhookEndpoint.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/desk/webhooks/{row.id}/")
    assert (row.name, row.url, row.events) == ("CRM", GOOD["url"], ["case.*"])
    page = client.get("/desk/webhooks/").content.decode()
    assert "CRM" in page and GOOD["url"] not in page


@pytest.mark.parametrize(
    "change", [{"url": "ftp://x"}, {"name": ""}, {"events": ["nonsense"]}, {"events": []}]
)
def test_list_when_form_is_wrong_then_shown_again_and_nothing_made(admin, change):
    response = signed_in(admin).post("/desk/webhooks/", {**GOOD, **change})
    assert (response.status_code, WebhookEndpoint.objects.count()) == (400, 0)
    assert "field-error" in response.content.decode()


@pytest.mark.parametrize("role", ["agent", "senior", "supervisor", "owner", "manager", "engineer", "auditor"])
def test_pages_when_not_administrator_then_403_and_nothing_changed(endpoint, role):
    client = signed_in(staff(role))
    own = f"/desk/webhooks/{endpoint.id}/"
    verbs = ["pings/", "pause/", "resumption/", "secret/", "removal/", "replays/"]
    assert {client.get(address).status_code for address in ("/desk/webhooks/", own)} == {403}
    assert {client.post(own + verb).status_code for verb in verbs} == {403}
    endpoint.refresh_from_db()
    assert (endpoint.status, WebhookDelivery.objects.count()) == ("active", 0)


def test_detail_when_verbs_are_sent_then_each_does_its_work(admin, endpoint):
    client, own = signed_in(admin), f"/desk/webhooks/{endpoint.id}/"
    secret = endpoint.secret
    client.post(own + "pings/")
    delivery = WebhookDelivery.objects.get()
    assert "webhook.ping" in client.get(own).content.decode()
    client.post(f"{own}deliveries/{delivery.id}/replay/")
    client.post(own + "replays/", {"since": "2026-01-01T00:00"})
    assert Job.objects.filter(task="huiyin.core.tasks.replay_webhooks").count() == 1
    client.post(own + "secret/")
    client.post(own + "pause/")
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.secret == secret, endpoint.former_secret) == ("paused", False, secret)
    assert client.post(own + "pings/").status_code == 409
    client.post(own + "resumption/")
    client.post(own, {**GOOD, "name": "New"})
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.name, endpoint.events) == ("active", "New", ["case.*"])
    assert client.get(own + "removal/").status_code == 200
    client.post(own + "removal/")
    assert WebhookEndpoint.objects.count() == 0
    assert client.get(own).status_code == 404


@pytest.mark.parametrize("since", ["", "yesterday", "2026-13-01T00:00"])
def test_replay_when_since_is_no_time_then_400(admin, endpoint, since):
    response = signed_in(admin).post(f"/desk/webhooks/{endpoint.id}/replays/", {"since": since})
    assert response.status_code == 400


def test_detail_when_many_deliveries_then_same_queries(admin, endpoint, django_assert_max_num_queries):
    client = signed_in(admin)
    outbox.ping(endpoint)
    client.get(f"/desk/webhooks/{endpoint.id}/")
    for _ in range(5):
        outbox.ping(endpoint)
    with django_assert_max_num_queries(8):
        client.get(f"/desk/webhooks/{endpoint.id}/")


def test_api_when_endpoint_is_made_then_secret_this_once(admin):
    api = bearer(admin, "webhooks:write")
    made = api.post("/api/v1/webhooks", GOOD, content_type="application/json")
    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
    own = f"/api/v1/webhooks/{made.json()['id']}"
    assert "secret" not in api.get(own).json()
    assert [row["id"] for row in api.get("/api/v1/webhooks").json()["items"]] == [made.json()["id"]]
    changed = api.put(own, {**GOOD, "name": "New"}, content_type="application/json")
    assert changed.json()["name"] == "New"
    assert api.post(own + "/pings").status_code == 202
    since = (clock.now() - timedelta(days=1)).isoformat()
    assert api.post(own + "/replays", {"since": since}, content_type="application/json").status_code == 202
    assert api.get(own + "/deliveries").json()["items"][0]["event"] == "webhook.ping"
    assert (api.delete(own).status_code, api.get(own).status_code) == (204, 404)


def test_api_when_events_unknown_then_400_names_field(admin):
    api = bearer(admin, "webhooks:write")
    response = api.post("/api/v1/webhooks", {**GOOD, "events": ["x"]}, content_type="application/json")
    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "events")


@pytest.mark.parametrize(("role", "scope"), [("admin", "cases:read"), ("agent", "webhooks:write")])
def test_api_when_role_or_scope_is_missing_then_403(endpoint, role, scope):
    api = bearer(staff(role), scope)
    assert api.get("/api/v1/webhooks").status_code == 403
    assert api.get(f"/api/v1/webhooks/{endpoint.id}").status_code == 403


def test_api_when_file_is_sent_then_kept_for_this_token_user_alone(admin, tmp_path, settings):
    from huiyin.core.ports import files

    settings.DATA = tmp_path
    files.port.cache_clear()
    api = bearer(admin, "voices:write")
    file = SimpleUploadedFile("a.txt", b"hello")
    response = api.post("/api/v1/attachments", {"file": file}, headers={"Idempotency-Key": "a"})
    assert response.status_code == 201, response.content
    again = api.post(
        "/api/v1/attachments",
        {"file": SimpleUploadedFile("a.txt", b"hello")},
        headers={"Idempotency-Key": "a"},
    )
    assert again.json() == response.json()
    row = Attachment.objects.get()
    assert attachments.mine([row.id], by=admin.actor) == (row.id,)
    refused = api.post("/api/v1/attachments", {"file": SimpleUploadedFile("a.txt", b"<svg>")})
    assert refused.status_code == 415
    files.port.cache_clear()


def test_docs_when_opened_then_page_without_inline_script():
    page = Client().get("/api/docs")
    assert page.status_code == 200
    assert b"<script>" not in page.content
    assert Client().get("/api/v1/openapi.json").json()["openapi"] == "3.1.0"
