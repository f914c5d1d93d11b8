"""Attachments as downloads that can do nothing: sandboxed, never sniffed, never shown as a page of ours."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from huiyin.core import attachments, limits
from huiyin.core.access import requires
from huiyin.core.audit import reading
from huiyin.core.models import Attachment
from huiyin.core.policies import can_read_files

SANDBOX = "sandbox; default-src 'none'; style-src 'none'; frame-ancestors 'none'"


@require_GET
@requires(can_read_files)
def by_staff(request: HttpRequest, attachment: UUID) -> FileResponse:
    limits.spend("files.read", str(request.user.pk))
    file = attachments.for_staff(request.user, attachment)
    actor = request.user.actor  # type: ignore[union-attr]
    reading.read("file.read", f"attachment:{file.id}", by=actor, brake=reading.DOWNLOADS)
    return _download(file)


@require_GET
def by_link(request: HttpRequest, token: str) -> FileResponse:
    limits.spend("files.read", limits.client(request))
    return _download(attachments.by_link(token))


def _download(attachment: Attachment) -> FileResponse:
    response = FileResponse(
        attachments.content_of(attachment),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.media_type,
    )
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
