"""Webhooks: what is enlisted, how one attempt ends, retries over three days, replays, against a real receiver."""

import json
import threading
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import ClassVar

import pytest
from django.db import connection, transaction
from standardwebhooks import Webhook

from huiyin.core import clock, dispatch, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid, NotFound
from huiyin.core.models import Job, JournalEntry, WebhookDelivery, WebhookEndpoint
from huiyin.core.webhooks import endpoints, outbox, recipients, sending

pytestmark = pytest.mark.django_db
ANN = Actor("user", "u1", "Ann")


@dataclass(frozen=True)
class TestedThing(journal.Event):
    name: ClassVar[str] = "tested.thing"
    subject_kind: ClassVar[str] = "tested"
    __test__: ClassVar[bool] = False

    number: int = 0


class Receiver(ThreadingHTTPServer):
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture(autouse=True)
def nobody_objects(monkeypatch):
    """What apps above object to is theirs to test."""
    monkeypatch.setattr(recipients, "_objections", [])
    monkeypatch.setattr(recipients, "_guards", [])


@pytest.fixture
def receiver(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]
    made = Receiver(("127.0.0.1", 0), Handler)
    made.heard, made.answers = [], []
    made.url = f"http://127.0.0.1:{made.server_port}/hook?key=s3cret"
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def endpoint(receiver) -> WebhookEndpoint:
    return endpoints.create(name="CRM", url=receiver.url, event_names=["tested.*"], by=ANN)


def tell(number=1) -> JournalEntry:
    with transaction.atomic():
        entry = journal.publish(TestedThing(subject="7", number=number), by=ANN)
    dispatch.dispatch_all()
    return entry


def delivery() -> WebhookDelivery:
    return WebhookDelivery.objects.select_related("endpoint", "entry").get()


def state():
    row = delivery()
    return row.status, row.attempts, row.last_status


def test_create_when_done_then_address_and_secret_are_sealed(endpoint):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_webhookendpoint")
        stored = repr(cursor.fetchall())
    assert "s3cret" not in stored and endpoint.secret not in stored
    assert endpoint.secret.startswith("whsec_")
    assert JournalEntry.objects.get().name == "webhook.created"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "ftp://x"}, "url"),
        ({"url": "https://u:p@example.com"}, "url"),
        ({"name": " "}, "name"),
        ({"event_names": []}, "events"),
        ({"event_names": ["no.such"]}, "events"),
    ],
)
def test_create_when_wrong_then_refused(changes, field):
    given = {"name": "x", "url": "https://example.com", "event_names": ["*"], **changes}
    with pytest.raises(Invalid) as refused:
        endpoints.create(**given, by=ANN)
    assert refused.value.data["field"] == field
    assert WebhookEndpoint.objects.count() == 0


def test_enlist_when_fact_is_wanted_then_one_delivery_and_one_job(endpoint):
    endpoints.create(name="other", url="https://example.com", event_names=["webhook.paused"], by=ANN)
    entry = tell()
    row = delivery()
    assert (row.endpoint, row.entry, row.status) == (endpoint, entry, "waiting")
    assert Job.objects.filter(task="huiyin.core.tasks.send_webhook").get().args == [str(row.id)]


def test_attempt_when_taken_then_signed_body_verifies(endpoint, receiver):
    entry = tell(number=5)
    sending.attempt(delivery().id)
    ((headers, body),) = receiver.heard
    told = Webhook(endpoint.secret).verify(body, headers)
    assert told["type"] == "tested.thing"
    assert told["data"] == {"kind": "tested", "subject": "7", "actor_kind": "user", "number": 5}
    assert headers["webhook-id"] == f"evt_{entry.id.hex}"
    assert state() == ("delivered", 1, 200)


def test_attempt_when_delivered_or_not_due_then_not_sent_again(endpoint, receiver):
    tell()
    for _ in range(3):
        sending.attempt(delivery().id)
    assert len(receiver.heard) == 1


def test_attempt_when_it_fails_then_again_later_under_the_same_id(endpoint, receiver):
    receiver.answers = [500, 302]
    tell()
    moment = clock.now()
    for seconds in (0, 10, 100):
        with clock.frozen(moment + timedelta(seconds=seconds)):
            sending.attempt(delivery().id)
    assert state() == ("delivered", 3, 200)
    assert len({headers["webhook-id"] for headers, _body in receiver.heard}) == 1
    later = Job.objects.filter(task="huiyin.core.tasks.send_webhook", state="waiting")
    assert later.count() == 2
    endpoint.refresh_from_db()
    assert endpoint.failures == 0


def test_attempt_when_three_days_fail_then_dead_and_endpoint_disabled(endpoint, receiver):
    receiver.answers = [500] * 99
    tell()
    moment = clock.now()
    first = moment
    while delivery().status == "waiting":
        with clock.frozen(moment):
            sending.attempt(delivery().id)
        moment = delivery().next_at or moment
    assert timedelta(days=3) <= moment - first <= timedelta(days=4)
    assert state() == ("dead", len(sending.WAITS) + 1, 500)
    endpoint.refresh_from_db()
    assert endpoint.status == "disabled"
    assert JournalEntry.objects.order_by("seq").last().data == {"reason": "failing"}
    tell()
    assert WebhookDelivery.objects.count() == 1


def test_attempt_when_receiver_is_gone_then_disabled_at_once(endpoint, receiver):
    receiver.answers = [410]
    tell()
    sending.attempt(delivery().id)
    endpoint.refresh_from_db()
    assert (state(), endpoint.status) == (("dead", 1, 410), "disabled")


def test_attempt_when_address_is_inside_then_blocked_and_not_reached(endpoint, receiver, settings):
    settings.EGRESS_ALLOW = []
    tell()
    sending.attempt(delivery().id)
    assert receiver.heard == []
    assert (state(), delivery().last_error.split(":")[0]) == (("waiting", 1, None), "blocked")


def test_attempt_when_paused_then_nothing(endpoint, receiver):
    tell()
    endpoints.pause(endpoint, by=ANN)
    sending.attempt(delivery().id)
    assert (receiver.heard, state()) == ([], ("waiting", 0, None))


def test_renew_when_secret_is_fresh_then_both_sign_for_a_day(endpoint, receiver):
    former = endpoint.secret
    endpoints.renew_secret(endpoint, by=ANN)
    tell()
    sending.attempt(delivery().id)
    ((headers, body),) = receiver.heard
    for secret in (former, endpoint.secret):
        Webhook(secret).verify(body, headers)
    later = clock.now() + timedelta(days=2)
    assert " " not in sending.message(delivery(), at=later)["headers"]["webhook-signature"]


def test_replay_when_delivered_then_told_again_under_the_same_id(endpoint, receiver):
    tell()
    sending.attempt(delivery().id)
    outbox.replay(delivery(), by=ANN)
    sending.attempt(delivery().id)
    assert len({headers["webhook-id"] for headers, _body in receiver.heard}) == 1
    assert len(receiver.heard) == 2


def test_replay_when_since_then_told_and_missed_ones_alike(endpoint, receiver, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 2)
    start = clock.now()
    tell(1)
    endpoints.pause(endpoint, by=ANN)
    for number in (2, 3, 4):
        tell(number)
    with pytest.raises(Conflict):
        outbox.replay_since(endpoint, since=start, by=ANN)
    endpoints.resume(endpoint, by=ANN)
    outbox.replay_since(endpoint, since=start, by=ANN)
    run_replays()
    for row in WebhookDelivery.objects.all():
        sending.attempt(row.id)
    assert sorted(json.loads(body)["data"]["number"] for _headers, body in receiver.heard) == [1, 2, 3, 4]


def run_replays():
    while job := Job.objects.filter(task="huiyin.core.tasks.replay_webhooks").first():
        from huiyin.core import tasks

        tasks.replay_webhooks.call(*job.args)
        job.delete()


def test_ping_when_asked_then_test_message(endpoint, receiver):
    sending.attempt(outbox.ping(endpoint).id)
    ((_headers, body),) = receiver.heard
    assert json.loads(body)["type"] == "webhook.ping"


def test_find_when_not_administrator_then_absent(endpoint):
    admin = SimpleNamespace(is_active=True, roles={"admin"})
    agent = SimpleNamespace(is_active=True, roles={"agent"})
    assert endpoints.endpoint_for(admin, endpoint.id) == endpoint
    with pytest.raises(NotFound):
        endpoints.endpoint_for(agent, endpoint.id)


def test_remove_when_told_before_then_gone_with_its_deliveries(endpoint):
    tell()
    endpoints.remove(endpoint, by=ANN)
    assert (WebhookEndpoint.objects.count(), WebhookDelivery.objects.count()) == (0, 0)
