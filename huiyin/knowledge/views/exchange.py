"""Articles in and out as files: a page that takes one, its progress, and everything as a ZIP."""

import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.core import clock, limits
from huiyin.core.access import requires
from huiyin.core.errors import Invalid, Refusal
from huiyin.knowledge import policies
from huiyin.knowledge.selectors import arrivals as arrived
from huiyin.knowledge.selectors import exporting
from huiyin.knowledge.services import arrivals
from huiyin.knowledge.views.care import desk_context


@requires(policies.can_keep_shelves)
@require_http_methods(["GET", "POST"])
def knowledge_files_exchange(request: HttpRequest) -> HttpResponse:
    """The page of both ways; a POST brings a file."""
    user: Any = request.user
    fault = ""
    if request.method == "POST":
        try:
            limits.spend("files.upload", limits.client(request))
            return redirect("knowledge_import", arrivals.ask_import(_upload(request), by=user).id)
        except Refusal as refusal:
            fault = str(refusal.message)
    told = {"imports": arrived.newest_imports(), "total": exporting.export_total()}
    context = {**told, "fault": fault, **desk_context(user)}
    return render(request, "knowledge/knowledge_exchange.html", context, status=400 if fault else 200)


@requires(policies.can_keep_shelves)
@require_GET
def knowledge_import(request: HttpRequest, article_import: UUID) -> HttpResponse:
    """How far it is; the part of the page reads itself again until it is over."""
    made = arrived.import_of(article_import)
    context = {"made": made, **desk_context(request.user)}
    part = "#progress" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"knowledge/knowledge_import.html{part}", context)


@requires(policies.can_keep_shelves)
@require_GET
def knowledge_export(request: HttpRequest) -> HttpResponseBase:
    """Everything as a ZIP of Markdown pages, written while it is sent."""
    answer = StreamingHttpResponse(_zipped(), content_type="application/zip")
    name = f"huiyin-articles-{clock.now():%Y-%m-%d}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class _Pipe:
    """A file that can only be written, and hands on what was."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        whole, self._parts = b"".join(self._parts), []
        return whole


def _zipped() -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, chunks in exporting.exported():
            with archive.open(name, "w") as out:
                for chunk in chunks:
                    out.write(chunk)
            yield pipe.taken()
    yield pipe.taken()


def _upload(request: HttpRequest) -> Any:
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid("file_missing", _("Please choose a file."), field="file")
    return upload
