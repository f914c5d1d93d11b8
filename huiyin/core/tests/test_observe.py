"""Health, figures and logs: constants for watchers, counts for operators, no personal data for anybody."""

import io
import json
import logging
import re

import pytest
import structlog
from django.test import Client

from huiyin.core import logs, observe
from huiyin.core.clock import now
from huiyin.core.models import Job, Pulse
from huiyin.core.tests import sample
from huiyin.core.views import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def written():
    """What the log handler writes, in JSON."""
    logs.configure("json")
    handler = logging.getLogger().handlers[0]
    handler.setStream(io.StringIO())
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    logs.configure("pretty")


def test_live_when_asked_then_a_constant(client):
    assert client.get("/health/live").json() == {"status": "live"}


def test_ready_when_a_worker_lives_then_ready_and_leaves_no_trace(client):
    Pulse.objects.create(name="w", seen_at=now())
    assert client.get("/health/ready").json() == {"status": "ready"}
    assert list(Pulse.objects.values_list("name", flat=True)) == ["w"]


def test_ready_when_no_worker_lives_then_503_without_a_reason(client, written):
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json(), answer["Retry-After"]) == (503, {"status": "not ready"}, "2")
    assert [line["reason"] for line in written() if line["event"] == "not_ready"] == ["workers"]


def test_ready_when_migrations_lack_then_503(client, monkeypatch):
    Pulse.objects.create(name="w", seen_at=now())
    monkeypatch.setattr(health, "_is_migrated", lambda: False)
    assert health.lacks() == "migrations"


def test_ready_when_the_disk_is_nearly_full_then_503(client, monkeypatch):
    Pulse.objects.create(name="w", seen_at=now())
    monkeypatch.setattr(health, "ROOM", 1 << 60)
    assert health.lacks() == "room on disk"


def test_metrics_when_from_this_machine_then_counts_queues(client):
    sample.note.enqueue()
    sample.publish(sample.LampLit(subject="1"))
    client.get("/health/live")
    text = client.get("/metrics").content.decode()
    assert 'huiyin_jobs{kind="ready"} 1.0' in text
    assert "huiyin_journal_undispatched 1.0" in text
    assert re.search(r'huiyin_request_seconds_count\{method="GET",route="health/live",status="2xx"\}', text)


@pytest.mark.parametrize("asker", [{"REMOTE_ADDR": "203.0.113.9"}, {"headers": {"host": "localhost"}}])
def test_metrics_when_from_elsewhere_then_refused_without_token(asker, settings):
    settings.ALLOWED_HOSTS = ["help.example"]
    elsewhere = Client(headers={"host": "help.example"})
    answer = elsewhere.get(
        "/metrics", **({} if "headers" in asker else asker), headers={"accept": "application/json"}
    )
    assert answer.status_code == 401


def test_measure_when_an_app_adds_a_figure_then_shown(client, monkeypatch):
    monkeypatch.setattr(observe, "_readings", {})
    observe.measure("clock_lag_seconds", "How late clocks ring.", lambda: {"first_reply": 2.5})
    assert 'huiyin_clock_lag_seconds{kind="first_reply"} 2.5' in client.get("/metrics").content.decode()


def test_request_when_answered_then_one_line_by_route_without_query(client, written):
    client.get("/metrics?token=hush")
    (line,) = [line for line in written() if line["logger"] == "huiyin.request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "metrics", 200)
    assert "hush" not in json.dumps(written())


def test_log_when_a_key_is_not_listed_then_dropped_by_name(written):
    structlog.get_logger("huiyin.test").info("met", email="li@example.com", count=3)
    (line,) = written()
    assert (line["event"], line["count"], line["dropped"]) == ("met", 3, "email")
    assert "example.com" not in json.dumps(line)


def test_log_when_an_exception_then_its_class_and_place_but_not_its_text(written):
    try:
        raise ValueError("phone 13800000000")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/follow/secret")
    (line,) = written()
    assert line["error"] == "ValueError"
    assert "test_observe.py" in line["where"]
    assert "13800000000" not in json.dumps(line)
    assert "secret" not in json.dumps(line)


def test_log_when_others_hand_on_what_an_exception_says_then_its_class_alone(written):
    try:
        raise ValueError("host li@example.com is not known")
    except ValueError as error:
        logging.getLogger("django.security").error(str(error), exc_info=error)
    (line,) = written()
    assert (line["event"], line["error"]) == ("ValueError", "ValueError")
    assert "example.com" not in json.dumps(line)


def test_log_when_ours_then_the_whole_message(written):
    logging.getLogger("huiyin.limits").warning("cannot count %s", "api.token")
    assert written()[0]["event"] == "cannot count api.token"


def test_jobs_by_state_when_dead_then_counted():
    Job.objects.create(task="x", state="dead")
    assert observe._jobs_by_state() == {"dead": 1.0}


def test_log_when_a_listed_key_quotes_a_person_then_hidden(written):
    structlog.get_logger("huiyin.sample").info("mail to li.si@example.com failed", reason="call 13812345678")
    (line,) = written()
    assert (line["event"], line["reason"]) == ("mail to li***@example.com failed", "call 138****5678")
