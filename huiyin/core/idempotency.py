"""A POST sent twice is carried out once: the first answer is kept in the work's own transaction and replayed.

Two at once: both may work, one commits; the other is rolled back and replays the winner's answer.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from huiyin.core import clock
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.models import IdempotencyKey

View = Callable[..., Any]
KEY = re.compile(r"[!-~]{1,255}")
KEPT_HEADERS = ("Content-Type", "Location", "HX-Redirect")
NONCE_SALT = "huiyin.form"
NOT_MEANT = {"csrfmiddlewaretoken", "altcha", "opened"}  # these differ when the same form is sent again
NONCE_AGE = 24 * 3600
KEPT_FOR = timedelta(hours=48)


class Raced(Exception):
    """Another request with the same key committed first."""


@dataclass
class Slot:
    """The place where one request's answer is kept."""

    scope: str
    key: str
    body_hash: str
    kept: bool = False

    def earlier(self) -> HttpResponse | None:
        """The first answer, when there is one. Raises Conflict when it was given to another body."""
        row = IdempotencyKey.objects.filter(scope=self.scope, key=self.key).first()
        if row is None:
            return None
        if row.body_hash != self.body_hash:
            raise Conflict("idempotency_key_reused", _("This key was used before for another request."))
        response = HttpResponse(
            base64.b64decode(row.answer["body"]), status=row.status, headers=row.answer["headers"]
        )
        response["Idempotent-Replayed"] = "true"
        return response

    def keep(self, response: HttpResponse) -> HttpResponse:
        """Keep the answer, inside the transaction of the work. Raises Raced when another was first."""
        headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        told = {"body": base64.b64encode(response.content).decode(), "headers": headers}
        row = IdempotencyKey(
            scope=self.scope, key=self.key, body_hash=self.body_hash, status=response.status_code, answer=told
        )
        try:
            row.save(force_insert=True)
        except IntegrityError as lost:
            raise Raced from lost
        self.kept = True
        return response


def once(view: View, *, respond: Callable[[HttpRequest, Any], HttpResponse]) -> View:
    """Around a POST operation: with an `Idempotency-Key` header, work once and replay afterwards."""

    if getattr(view, "is_never_kept", False):
        return view

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        slot = _slot_of_header(request)
        if slot is None:
            return view(request, *args, **kwargs)
        return _run(slot, request, view, lambda: respond(request, view(request, *args, **kwargs)))

    return wrapped


def once_per_form(view: View) -> View:
    """Around a page's POST: a form with a nonce that is sent twice is carried out once."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        slot = _slot_of_form(request)
        if slot is None:
            return view(request, *args, **kwargs)
        return _run(slot, request, view, lambda: view(request, *args, **kwargs))

    return wrapped


def kept_by_view(view: View) -> View:
    """Mark a view that prepares outside the transaction and calls `keep` itself inside it."""
    view.keeps_answer = True  # type: ignore[attr-defined]
    return view


def never_kept(view: View) -> View:
    """Mark a view that takes secrets: no digest of its body is kept. It must be safe to send twice by itself."""
    view.is_never_kept = True  # type: ignore[attr-defined]
    return view


def known_by_key(view: View) -> View:
    """Mark a view as `kept_by_view` whose thing carries `key_of` as a unique key of its own.

    The earlier answer is not looked for before; the view asks for it with `replay` when the thing is known.
    """
    view.knows_repeats = True  # type: ignore[attr-defined]
    return kept_by_view(view)


def replay(request: HttpRequest) -> HttpResponse | None:
    """For views marked `known_by_key`: the first answer, while it is kept."""
    slot = getattr(request, "idempotency", None)
    return slot.earlier() if slot else None


def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """For views marked `kept_by_view`: keep the answer in the open transaction, if a key came along."""
    slot = getattr(request, "idempotency", None)
    return slot.keep(response) if slot else response


def key_of(request: HttpRequest) -> str | None:
    """For views marked `kept_by_view`: what names this request outside the transaction too."""
    slot = getattr(request, "idempotency", None)
    return f"{slot.scope}:{slot.key}" if slot else None


def forms_nonce() -> str:
    """A fresh value for a form's hidden field `nonce`."""
    return signing.dumps(secrets.token_urlsafe(16), salt=NONCE_SALT)


def sweep(*, at: datetime | None = None) -> int:
    """Forget answers older than two days, some hundred at a time."""
    old = IdempotencyKey.objects.filter(at__lt=(at or clock.now()) - KEPT_FOR)
    batch = list(old.values_list("id", flat=True)[:500])
    gone, _each = IdempotencyKey.objects.filter(id__in=batch).delete()
    return gone


def _run(slot: Slot, request: HttpRequest, view: View, work: Callable[[], HttpResponse]) -> HttpResponse:
    if not getattr(view, "knows_repeats", False) and (earlier := slot.earlier()):
        return earlier
    request.idempotency = slot  # type: ignore[attr-defined]
    try:
        return work() if getattr(view, "keeps_answer", False) else _whole(slot, work)
    except Raced:
        earlier = slot.earlier()
    if earlier is None:
        raise Conflict("request_in_progress", _("The same request is being carried out."), retry_after=1)
    return earlier


def _whole(slot: Slot, work: Callable[[], HttpResponse]) -> HttpResponse:
    with transaction.atomic():
        response = work()
        return slot.keep(response) if response.status_code < 400 else response


def _slot_of_header(request: HttpRequest) -> Slot | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        message = _("Use 1 to 255 visible ASCII characters.")
        raise Invalid("idempotency_key_invalid", message, field="Idempotency-Key")
    caller = getattr(getattr(request, "auth", None), "pk", "")
    return Slot(_digest(f"{caller} {request.path}"), key, _digest(request.get_full_path(), _bytes(request)))


def _slot_of_form(request: HttpRequest) -> Slot | None:
    """A form's answer may be a redirect to a private address, so the nonce must be one that we signed."""
    nonce = request.POST.get("nonce", "")
    if request.method != "POST" or not nonce:
        return None
    try:
        key = signing.loads(nonce, salt=NONCE_SALT, max_age=NONCE_AGE)
    except signing.BadSignature as problem:
        raise Invalid("form_expired", _("This page was open for too long. Please reload it.")) from problem
    return Slot(_digest(f"form {request.path}"), key, _digest(request.get_full_path(), _form_bytes(request)))


def _bytes(request: HttpRequest) -> bytes:
    """What was sent. A multipart body is gone once parsed, and its boundary differs each time."""
    return _form_bytes(request) if request.content_type == "multipart/form-data" else request.body


def _form_bytes(request: HttpRequest) -> bytes:
    fields = sorted((name, listed) for name, listed in request.POST.lists() if name not in NOT_MEANT)
    files = [(name, f.name, _file_digest(f)) for name, listed in request.FILES.lists() for f in listed]
    return repr((fields, sorted(files))).encode("utf-8", "replace")


def _file_digest(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _digest(text: str, body: bytes = b"") -> str:
    return hashlib.sha256(text.encode("utf-8", "replace") + b"\x00" + body).hexdigest()
