"""The guarded way out, against local servers that redirect, drip, flood and change their name's address."""

import ipaddress
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore
import pytest

from huiyin.core import egress

pytestmark = pytest.mark.dry

HERE = ["127.0.0.0/8"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(self.path)
        getattr(self, f"_{self.path.strip('/').split('/')[0]}")()

    do_POST = do_GET

    def _echo(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._say(200, body)

    def _redirect(self):
        self.send_response(302)
        self.send_header("Location", "/echo")
        self.end_headers()

    def _flood(self):
        self._say(200, b"x" * (egress.MAX_BODY + 1))

    def _drip(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(40):
            self.wfile.write(b"X-Slow: 1\r\n")
            time.sleep(0.1)

    def _say(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that hangs up is what these tests want."""


@pytest.fixture
def server():
    made = Server(("127.0.0.1", 0), Handler)
    made.seen = []
    threading.Thread(target=made.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{made.server_port}"
    yield made
    made.shutdown()
    made.server_close()


def test_request_when_allowed_then_answer(server):
    answer = egress.request("POST", f"{server.url}/echo", content="你好".encode(), allow=HERE)
    assert (answer.status, answer.body) == (200, "你好".encode())


def test_request_when_own_network_then_blocked_and_never_reached(server):
    with pytest.raises(egress.Blocked):
        egress.request("GET", f"{server.url}/echo")
    with pytest.raises(egress.Blocked):
        egress.request("GET", f"http://localhost:{server.server_port}/echo")
    assert server.seen == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "224.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
    ],
)
def test_request_when_any_spelling_of_inside_then_blocked(host):
    with pytest.raises(egress.EgressError) as refused:
        egress.request("GET", f"http://{host}/")
    assert isinstance(refused.value, egress.Blocked) or "resolved" in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://",
        "//example.com",
        "gopher://x",
        "http://u:p@example.com/",
        "http://@example.com/",
        "http://example.com:99999/",
        "http://[::1",
        "javascript:alert(1)",
    ],
)
def test_request_when_no_plain_web_address_then_blocked(url):
    with pytest.raises(egress.Blocked):
        egress.request("GET", url)


def test_request_when_public_but_other_port_then_blocked():
    with pytest.raises(egress.Blocked, match="ports"):
        egress.request("GET", "http://1.1.1.1:22/")


def test_request_when_name_changes_its_address_then_the_checked_one_counts(server, monkeypatch):
    """Rebinding: a check that resolves once and a client that resolves again would reach the inside."""
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    asked = []
    real = socket.getaddrinfo

    def rebinding(host, port, *args, **kwargs):
        if host != "rebind.test":
            return real(host, port, *args, **kwargs)
        asked.append(host)
        return real(next(answers), port, *args, **kwargs)

    connected = []

    def connect(self, host, port, **kwargs):
        connected.append(host)
        raise httpcore.ConnectError("no route in this test")

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with monkeypatch.context() as patch:
        patch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
        with pytest.raises(egress.EgressError):
            egress.request("GET", "http://rebind.test/")
    assert (asked, connected) == (["rebind.test"], ["93.184.216.34"])
    with pytest.raises(egress.Blocked):
        egress.request("GET", f"http://rebind.test:{server.server_port}/echo")
    assert server.seen == []


def test_request_when_one_of_several_addresses_is_inside_then_blocked(monkeypatch):
    both = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(egress.Blocked):
        egress.request("GET", "http://mixed.test/")


def test_request_when_redirected_then_not_followed(server):
    assert egress.request("GET", f"{server.url}/redirect", allow=HERE).status == 302
    assert server.seen == ["/redirect"]


def test_request_when_answer_is_too_large_then_cut(server):
    with pytest.raises(egress.EgressError, match="megabyte"):
        egress.request("GET", f"{server.url}/flood", allow=HERE)


def test_request_when_answer_drips_then_ends_at_deadline(server, monkeypatch):
    monkeypatch.setattr(egress, "SECONDS", 1.0)
    start = time.monotonic()
    with pytest.raises(egress.Late):
        egress.request("GET", f"{server.url}/drip", allow=HERE)
    assert time.monotonic() - start < 2.5


def test_request_when_proxy_in_environment_then_ignored(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert egress.request("GET", f"{server.url}/echo", allow=HERE).status == 200


def test_request_when_operator_allows_network_then_reached(server, settings):
    settings.EGRESS_ALLOW = HERE
    assert egress.request("GET", f"{server.url}/echo").status == 200


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "114.114.114.114"])
def test_public_when_public_then_true(address):
    assert egress.is_public(ipaddress.ip_address(address))
