"""Mail: the row, the job, the letter, and a real SMTP server that takes, delays and refuses."""

import email
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection

from huiyin.core import mail
from huiyin.core.errors import Invalid
from huiyin.core.fields import Sealed
from huiyin.core.models import Job, JournalEntry, OutgoingMail
from huiyin.core.ports import mail as port

pytestmark = pytest.mark.django_db


class Inbox:
    """A mail server's ear that answers what the test wants."""

    def __init__(self):
        self.letters, self.answers = [], []

    async def handle_DATA(self, server, session, envelope):
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


class Server(Controller):
    """The library's server on a port that the system picks; its own start check speaks no TLS."""

    def _trigger_server(self):
        self.address = self.server.sockets[0].getsockname()
        socket.create_connection(self.address).close()


@pytest.fixture
def inbox():
    ear = Inbox()
    server = Server(ear, hostname="127.0.0.1", port=0)
    server.start()
    ear.address = server.address
    yield ear
    server.stop()


@pytest.fixture
def smtp(inbox, monkeypatch):
    adapter = port.SmtpMail(*inbox.address)
    monkeypatch.setattr(port, "port", lambda: adapter)
    return inbox


def queue(key="case:1:solved", **changes):
    return mail.send("张三 <zhang@example.com>", "您的问题解决了吗？", "请告诉我们。", key=key, **changes)


def test_send_when_committed_then_row_and_job_and_nothing_in_clear():
    row = queue(owner=("case", "1"))
    assert (row.status, Job.objects.get().args) == ("queued", [str(row.id)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_outgoingmail")
        assert "zhang" not in repr(cursor.fetchall())
    assert isinstance(OutgoingMail.objects.values_list("to", flat=True).get(), Sealed)


def test_send_when_key_again_then_first_and_one_job():
    assert queue() == queue()
    assert (OutgoingMail.objects.count(), Job.objects.count()) == (1, 1)


@pytest.mark.parametrize("bad", ["a@b.c\r\nBcc: x@y.z", "a@b.c\nX: y", "a\x00"])
def test_send_when_header_is_injected_then_refused(bad):
    with pytest.raises(Invalid):
        mail.send(bad, "s", "t", key="1")
    with pytest.raises(Invalid):
        mail.send("a@b.c", bad, "t", key="1")
    with pytest.raises(Invalid):
        mail.send("a@b.c", "s", "t", key="1", headers={"In-Reply-To": bad})
    assert OutgoingMail.objects.count() == 0


def test_deliver_when_server_takes_it_then_sent_with_stable_id(smtp):
    row = queue(headers={"In-Reply-To": "<x@y>"}, owner=("case", "1"))
    mail.deliver(row.id)
    mail.deliver(row.id)
    (letter,) = smtp.letters
    row.refresh_from_db()
    assert letter["Message-ID"] == f"<{row.id}@127.0.0.1>"
    assert (letter["Subject"], letter["In-Reply-To"]) == ("您的问题解决了吗？", "<x@y>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_body(("plain",)).get_content().strip() == "请告诉我们。"
    assert (row.status, row.attempts, row.sent_at is not None) == ("sent", 1, True)
    told = JournalEntry.objects.get()
    assert (told.name, told.data) == ("mail.sent", {"owner_kind": "case", "owner_id": "1"})


def test_deliver_when_server_is_busy_then_tried_again(smtp):
    smtp.answers = ["451 later"]
    row = queue()
    with pytest.raises(port.MailError):
        mail.deliver(row.id)
    row.refresh_from_db()
    assert (row.status, row.attempts, JournalEntry.objects.count()) == ("queued", 1, 0)
    mail.deliver(row.id)
    row.refresh_from_db()
    assert (row.status, row.attempts, len(smtp.letters)) == ("sent", 2, 1)


def test_deliver_when_server_refuses_then_failed_and_told(smtp):
    smtp.answers = ["554 no such user"]
    row = queue()
    mail.deliver(row.id)
    row.refresh_from_db()
    assert (row.status, row.last_error, smtp.letters) == ("failed", "SMTP [554]", [])
    assert JournalEntry.objects.get().name == "mail.failed"


def test_deliver_when_server_is_away_then_error_to_try_again():
    with pytest.raises(port.MailError):
        port.SmtpMail("127.0.0.1", 1).send(mail.letter(queue()))


def test_deliver_when_default_then_file_in_data_folder(tmp_path):
    row = queue()
    adapter = port.FileMail(tmp_path / "mail")
    adapter.send(mail.letter(row))
    adapter.send(mail.letter(row))
    (file,) = (tmp_path / "mail").iterdir()
    assert email.message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == row.subject
    assert file.stat().st_mode & 0o777 == 0o600


def self_signed(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=1))
    certificate = made.sign(key, hashes.SHA256())
    pem = tmp_path / "server.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    pem.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return pem


def test_deliver_when_certificate_is_self_signed_then_refused(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    ear = Inbox()
    server = Server(ear, hostname="127.0.0.1", port=0, ssl_context=context)
    try:
        server.start()
        with pytest.raises(port.MailError, match="CERTIFICATE_VERIFY_FAILED"):
            port.SmtpMail(*server.address, implicit_tls=True).send(mail.letter(queue()))
    finally:
        server.stop()
    assert ear.letters == []


@pytest.mark.parametrize(
    ("url", "adapter"),
    [
        ("smtp://u%40x:p%3A@mail.example", port.SmtpMail("mail.example", 587, "u@x", "p:")),
        ("smtps://mail.example:2465", port.SmtpMail("mail.example", 2465, implicit_tls=True)),
    ],
)
def test_port_when_url_names_server_then_its_adapter(url, adapter):
    assert port.from_url(url) == adapter


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example"])
def test_port_when_url_is_unknown_then_refused(url):
    with pytest.raises(ValueError, match="HUIYIN_EMAIL_URL"):
        port.from_url(url)
