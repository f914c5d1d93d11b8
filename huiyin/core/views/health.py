"""For machines that watch: alive, ready, figures. The first two answer with constants and no reason."""

import ipaddress
import shutil

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from huiyin.core import observe
from huiyin.core.clock import now
from huiyin.core.errors import Unauthenticated
from huiyin.core.models.jobs import Pulse
from huiyin.core.rest import TokenAuth

log = structlog.get_logger("huiyin.health")
TEXT = "text/plain; version=0.0.4; charset=utf-8"
ROOM = 32 * 1024 * 1024  # bytes; below that a write may fail at any moment
_migrated = False


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Requests will be served: the database is up to date and takes writes, and somebody works off jobs."""
    lacking = lacks()
    if lacking:
        log.warning("not_ready", reason=lacking)
        return JsonResponse({"status": "not ready"}, status=503, headers={"Retry-After": "2"})
    return JsonResponse({"status": "ready"})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures, for a caller on this very machine or with a token of scope `metrics:read`."""
    if not is_local(request) and not TokenAuth("metrics:read")(request):
        raise Unauthenticated("token_needed", "")
    return HttpResponse(observe.exposition(), content_type=TEXT)


def lacks() -> str:
    """What stands in the way of serving, or nothing."""
    try:
        _try_write()
        if not _is_migrated():
            return "migrations"
        if shutil.disk_usage(settings.DATA).free < ROOM:
            return "room on disk"
        return "" if observe.workers_alive() else "workers"
    except DatabaseError:
        return "database"


def is_local(request: HttpRequest) -> bool:
    """From this machine, under this machine's own name; a proxy beside us passes the public name on."""
    name = request.get_host().rsplit(":", 1)[0].strip("[]")
    address = getattr(request, "client_ip", "") or request.META.get("REMOTE_ADDR", "")
    return name in {"127.0.0.1", "localhost", "::1"} and _is_loopback(address)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _try_write() -> None:
    """A write that is taken back: proof without leaving a trace, and without the cost of a commit."""
    with transaction.atomic():
        Pulse.objects.update_or_create(name="readiness", defaults={"seen_at": now()})
        transaction.set_rollback(True)


def _is_migrated() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
