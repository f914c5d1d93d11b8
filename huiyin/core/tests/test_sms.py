"""Text messages: the row, the job, and a real HTTP gateway that takes, delays and refuses."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection

from huiyin.core import clock, sms
from huiyin.core.errors import Invalid
from huiyin.core.models import Job, JournalEntry, OutgoingSms
from huiyin.core.ports import sms as port

pytestmark = pytest.mark.django_db


class Gateway(BaseHTTPRequestHandler):
    """A gateway that answers what the test wants, and keeps what it took."""

    def do_POST(self):
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.server.answers.pop(0) if self.server.answers else 202
        self.server.heard.append((self.headers["Authorization"], self.headers["Idempotency-Key"], said))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def gateway(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.heard, server.answers = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    adapter = port.from_url(f"http://s%3Aecret@127.0.0.1:{server.server_port}/sms")
    monkeypatch.setattr(port, "port", lambda: adapter)
    yield server
    server.shutdown()
    server.server_close()


def queue(key="code:1", **changes):
    return sms.send("+8613800138000", "您的验证码是 123456。", id=key, **changes)


def test_send_when_committed_then_row_and_job_and_nothing_in_clear():
    row = queue(owner=("case", "1"))
    assert (row.status, Job.objects.get().args) == ("queued", [str(row.id)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_outgoingsms")
        stored = repr(cursor.fetchall())
    assert ("138001" in stored, "123456" in stored) == (False, False)


def test_send_when_id_again_then_first_and_one_job():
    assert queue() == queue()
    assert (OutgoingSms.objects.count(), Job.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("to", "text"), [("a@b.c", "x"), ("138\n00138", "x"), ("13800138000", " "), ("1", "x")]
)
def test_send_when_phone_or_text_is_none_then_refused(to, text):
    with pytest.raises(Invalid):
        sms.send(to, text, id="1")
    with pytest.raises(Invalid):
        sms.send("13800138000", "x" * (sms.MAX_TEXT + 1), id="1")
    assert OutgoingSms.objects.count() == 0


def test_deliver_when_gateway_takes_it_then_sent_once_under_the_row_s_id(gateway):
    row = queue(owner=("case", "1"))
    sms.deliver(row.id)
    sms.deliver(row.id)
    row.refresh_from_db()
    said = {"id": str(row.id), "to": "+8613800138000", "text": "您的验证码是 123456。"}
    assert gateway.heard == [("Bearer s:ecret", str(row.id), said)]
    assert (row.status, row.attempts, row.sent_at is not None) == ("sent", 1, True)
    told = JournalEntry.objects.get()
    assert (told.name, told.data) == ("sms.sent", {"owner_kind": "case", "owner_id": "1"})


@pytest.mark.parametrize("busy", [500, 503, 429, 302])
def test_deliver_when_gateway_is_busy_then_tried_again_under_the_same_id(gateway, busy):
    gateway.answers = [busy]
    row = queue()
    with pytest.raises(port.SmsError):
        sms.deliver(row.id)
    row.refresh_from_db()
    assert (row.status, row.attempts, row.last_error) == ("queued", 1, f"HTTP {busy}")
    sms.deliver(row.id)
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("sent", 2)
    assert [key for _, key, _ in gateway.heard] == [str(row.id)] * 2


def test_deliver_when_gateway_refuses_then_failed_and_told(gateway):
    gateway.answers = [400]
    row = queue()
    sms.deliver(row.id)
    row.refresh_from_db()
    assert (row.status, row.last_error) == ("failed", "HTTP 400")
    assert JournalEntry.objects.get().name == "sms.failed"


def test_deliver_when_no_longer_useful_then_not_sent(gateway):
    row = queue(useful_until=clock.now() - timedelta(seconds=1))
    sms.deliver(row.id)
    row.refresh_from_db()
    assert (row.status, row.last_error, gateway.heard) == ("failed", "expired", [])


def test_deliver_when_gateway_is_away_then_error_to_try_again():
    with pytest.raises(port.SmsError):
        port.GatewaySms("http://127.0.0.1:1/").send("13800138000", "x", id="1")


def test_send_when_file_then_one_private_file_of_what_a_gateway_gets(tmp_path):
    adapter = port.FileSms(tmp_path / "sms")
    adapter.send("13800138000", "你好", id="a-1")
    adapter.send("13800138000", "你好", id="a-1")
    (file,) = (tmp_path / "sms").iterdir()
    assert json.loads(file.read_bytes()) == {"id": "a-1", "to": "13800138000", "text": "你好"}
    assert file.stat().st_mode & 0o777 == 0o600


def test_send_when_console_then_written_out(capsys):
    port.ConsoleSms().send("13800138000", "你好", id="a-1")
    assert capsys.readouterr().out == "SMS a-1 to 13800138000: 你好\n"


@pytest.mark.parametrize(
    ("url", "adapter"),
    [
        ("https://key@sms.example/v1?x=1", port.GatewaySms("https://sms.example/v1?x=1", "key")),
        ("http://user:pass@127.0.0.1:9/", port.GatewaySms("http://127.0.0.1:9/", "pass")),
        ("https://sms.example/", port.GatewaySms("https://sms.example/")),
    ],
)
def test_port_when_url_names_gateway_then_its_adapter(url, adapter):
    assert port.from_url(url) == adapter


@pytest.mark.parametrize("url", ["smtp://x", "https://", "sms.example"])
def test_port_when_url_is_unknown_then_refused(url):
    with pytest.raises(ValueError, match="HUIYIN_SMS_URL"):
        port.from_url(url)
