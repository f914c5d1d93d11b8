"""Files: what is taken, what is made of it, who may read, what is swept."""

import io
import struct
import zipfile
import zlib
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from huiyin.core import attachments, clock, fields, images, sniff
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid, NotFound, TooLarge, Unsupported
from huiyin.core.models import Attachment
from huiyin.core.ports import files

pytestmark = pytest.mark.django_db
WHO = Actor("contact", "c1")


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    settings.DATA = tmp_path
    files.port.cache_clear()
    yield files.port()
    files.port.cache_clear()


def upload(content: bytes, name="a.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def picture(format_name="PNG", size=(20, 10), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, format_name, **options)
    return out.getvalue()


def archive(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def test_store_when_text_then_row_file_and_modes(store):
    row = attachments.store(upload("你好".encode(), "说明.txt"), by=WHO)
    found = Attachment.objects.get()
    assert (found.name, found.media_type, found.size, found.status) == (
        "说明.txt",
        "text/plain",
        6,
        "waiting",
    )
    path = store._path(row.stored_as)
    assert path.read_bytes() == "你好".encode()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_store_when_named_then_name_is_sealed_in_the_table():
    row = attachments.store(upload(b"text", "张三的身份证.txt"), by=WHO)
    stored = Attachment.objects.values_list("name", flat=True).get()
    assert isinstance(stored, fields.Sealed) and "张三" not in stored
    assert fields.open_sealed(Attachment, "name", row.id, stored) == "张三的身份证.txt"


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "GIF", "WEBP"])
def test_store_when_picture_then_drawn_anew(store, format_name):
    row = attachments.store(upload(picture(format_name), "x.bin"), by=WHO)
    assert row.media_type == f"image/{format_name.lower()}"
    with Image.open(store.open(row.stored_as)) as image:
        assert (image.format, image.size) == (format_name, (20, 10))


def test_store_when_photo_has_position_and_payload_then_gone(store):
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x0112] = 6
    raw = picture("JPEG", exif=exif.tobytes()) + b"<script>alert(1)</script>"
    row = attachments.store(upload(raw, "x.jpg"), by=WHO)
    kept = store.open(row.stored_as).read()
    assert b"secret place" not in kept and b"<script>" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (10, 20) and not image.getexif()


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"\n\n  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf<?xml version='1.0'?><a/>",
        b"harmless words first <script>alert(1)</script>",
        b"MZ\x90\x00" + b"\x00" * 200,
        b"\x7fELF" + b"\x00" * 200,
        bytes(range(256)),
        b"#!/bin/sh\x00",
    ],
)
def test_store_when_kind_is_not_allowed_then_415_and_nothing_kept(store, content):
    with pytest.raises(Unsupported) as refused:
        attachments.store(upload(content, "photo.png"), by=WHO)
    assert (refused.value.status, refused.value.data["field"]) == (415, "attachments")
    assert (Attachment.objects.count(), list(store.listed())) == (0, [])


def test_store_when_empty_or_too_large_then_refused():
    with pytest.raises(Invalid):
        attachments.store(upload(b""), by=WHO)
    with pytest.raises(TooLarge):
        attachments.store(upload(b"x" * (attachments.MAX_SIZE + 1)), by=WHO)


def test_store_when_many_then_refused():
    with pytest.raises(TooLarge):
        attachments.store_all([upload(b"x")] * 11, by=WHO)
    assert Attachment.objects.count() == 0


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are a huge picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 8000), (30_000, 30_000), (60_000, 60_000)])
def test_store_when_picture_is_a_bomb_then_refused(size):
    with pytest.raises(TooLarge):
        attachments.store(upload(png_claiming(*size), "x.png"), by=WHO)


@pytest.mark.parametrize("cut", [30, 45])
def test_store_when_picture_is_broken_then_refused(cut):
    with pytest.raises(Unsupported):
        attachments.store(upload(picture()[:cut], "x.png"), by=WHO)


def test_store_when_archive_unpacks_to_too_much_then_refused():
    with pytest.raises(Unsupported):
        attachments.store(upload(archive({"a": b"\x00" * (sniff.MAX_UNPACKED + 1)}), "a.zip"), by=WHO)
    with pytest.raises(Unsupported):
        attachments.store(upload(archive({str(i): b"" for i in range(1001)}), "a.zip"), by=WHO)
    assert (
        attachments.store(upload(archive({"a.txt": b"x"}), "a.zip"), by=WHO).media_type == "application/zip"
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.png", "x.png"),
        ("a\r\nSet-Cookie: b.txt", "aSet-Cookie: b.txt"),
        ("...", "file"),
        ("", "file"),
        ("名" * 300 + ".docx", "名" * 138 + ".docx"),
        ("\u202egnp.exe", "gnp.exe"),
    ],
)
def test_name_when_hostile_then_harmless(given, shown):
    assert attachments.shown_name(given) == shown


def test_claim_when_waiting_then_owned_and_only_once():
    row = attachments.store(upload(b"x"), by=WHO)
    attachments.claim([row.id], owner_kind="message", owner_id="7")
    assert attachments.of([("message", "7"), ("note", "7")]) == {("message", "7"): [row]}
    with pytest.raises(Invalid):
        attachments.claim([row.id], owner_kind="note", owner_id="8")
    row.refresh_from_db()
    assert (row.status, row.owner_kind, row.owner_id) == ("claimed", "message", "7")


def test_mine_when_sent_by_another_then_refused():
    row = attachments.store(upload(b"x"), by=WHO)
    assert attachments.mine([row.id, row.id], by=WHO) == (row.id,)
    for by in (Actor("contact", "c2"), Actor("token", "c1")):
        with pytest.raises(Invalid):
            attachments.mine([row.id], by=by)


def test_redeem_when_ticket_is_ours_then_id_else_refused():
    row = attachments.store(upload(b"x"), by=WHO)
    assert attachments.redeem([attachments.ticket(row)]) == (row.id,)
    for forged in ("", row.id.hex, attachments.ticket(row)[:-1], attachments.signed_url(row).split("/")[-2]):
        with pytest.raises(Invalid):
            attachments.redeem([forged])


def test_read_when_staff_then_owner_app_decides(monkeypatch):
    row = attachments.store(upload(b"x"), by=WHO)
    attachments.claim([row.id], owner_kind="message", owner_id="7")
    monkeypatch.setattr(
        attachments, "_readers", {"message": lambda user, owner: (user.name, owner) == ("ann", "7")}
    )
    assert attachments.for_staff(SimpleNamespace(name="ann"), row.id) == row
    with pytest.raises(NotFound):
        attachments.for_staff(SimpleNamespace(name="bob"), row.id)
    with pytest.raises(NotFound):
        attachments.for_staff(SimpleNamespace(name="ann"), UUID(int=1))


def test_download_when_link_is_good_then_sandboxed_attachment():
    row = attachments.store(upload("你好".encode(), '引"号\r\n.txt'), by=WHO)
    response = Client().get(attachments.signed_url(row))
    assert response.status_code == 200
    assert response.getvalue() == "你好".encode()
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E5%BC%95%22%E5%8F%B7.txt"


def test_download_when_link_forged_or_old_then_404(monkeypatch):
    row = attachments.store(upload(b"x"), by=WHO)
    url = attachments.signed_url(row)
    assert Client().get(url[:-3] + "xx/").status_code == 404
    assert Client().get(f"/files/{attachments.ticket(row)}/").status_code == 404
    monkeypatch.setattr(attachments, "LINK_SECONDS", -1)
    assert Client().get(url).status_code == 404


def test_download_when_nobody_signed_in_then_not_by_staff_route():
    row = attachments.store(upload(b"x"), by=WHO)
    assert Client().get(f"/desk/files/{row.id}/").status_code == 302


def test_sweep_when_a_day_old_then_unclaimed_and_ownerless_files_go(store):
    now = clock.now()
    old, kept = (attachments.store(upload(b"x"), by=WHO, at=now - timedelta(days=2)) for _ in range(2))
    fresh = attachments.store(upload(b"x"), by=WHO)
    attachments.claim([kept.id], owner_kind="message", owner_id="7")
    store.put("ab/orphan", [b"x"])
    assert attachments.sweep(at=now) == 1
    assert attachments.sweep(at=now + timedelta(days=2)) == 2
    assert list(Attachment.objects.all()) == [kept]
    assert [name for name, _at in store.listed()] == [kept.stored_as]
    assert old.id != fresh.id


def test_redraw_when_animated_then_frames_stay():
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=50, comment=b"secret")
    kept = images.redraw(io.BytesIO(out.getvalue()), "image/gif")
    assert b"secret" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.n_frames == 3
