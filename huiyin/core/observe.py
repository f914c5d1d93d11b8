"""Figures for the operator: requests by route, queues, lags; never a name, a text or an address.

Apps add their own figure by `measure(name, help, read)`; it is read when `/metrics` is asked for.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from huiyin.core.clock import now
from huiyin.core.models.jobs import Job, Pulse
from huiyin.core.models.journal import JournalEntry

Reading = float | dict[str, float]
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
QUIET = ("health/", "static")  # asked for all the time, and of no news
LABELS = ("route", "method", "status")
REQUESTS = Histogram("huiyin_request_seconds", "Time to answer.", LABELS, buckets=BUCKETS)
STREAMS = Gauge("huiyin_live_streams", "Open live streams.", multiprocess_mode="livesum")
_readings: dict[str, tuple[str, Callable[[], Reading]]] = {}

log = structlog.get_logger("huiyin.request")


class Observed:
    """Middleware: measures each request, writes its line; by route never by path, which may be a secret."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route, method = route_of(request), request.method or ""
        REQUESTS.labels(route, method, f"{response.status_code // 100}xx").observe(seconds)
        if not route.startswith(QUIET):
            ms = round(seconds * 1000, 1)
            log.info("request", method=method, route=route, status=response.status_code, ms=ms)
        return response


def route_of(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    if match:
        return str(match.route)
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unmatched"


def measure(name: str, help: str, read: Callable[[], Reading]) -> None:
    """Show a figure under `huiyin_<name>`; `read` answers a number, or numbers by kind."""
    _readings[name] = (help, read)


def exposition() -> bytes:
    """All figures in Prometheus' text format; of all processes of `huiyin web` when there are several."""
    registry: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    house = CollectorRegistry()
    house.register(House())
    return generate_latest(registry) + generate_latest(house)


class House(Collector):
    """What is read from the database at the moment of asking, and so is the same from every process."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waiting, ready = _undispatched(), Job.objects.filter(state=Job.State.READY)
        yield _family("jobs", "Jobs by state.", _jobs_by_state())
        yield _family("jobs_lag_seconds", "Age of the oldest job without a worker.", _age(ready, "run_at"))
        yield _family("journal_undispatched", "Journal entries not yet handed on.", waiting.count())
        yield _family("journal_lag_seconds", "Age of the oldest of them.", _age(waiting, "at"))
        yield _family("workers", "Worker processes seen in the last minute.", workers_alive())
        for name, (help, read) in _readings.items():
            yield _family(name, help, read())


def workers_alive() -> int:
    return Pulse.objects.filter(seen_at__gt=now() - timedelta(minutes=1)).count()


def _family(name: str, help: str, reading: Reading) -> GaugeMetricFamily:
    if isinstance(reading, dict):
        family = GaugeMetricFamily(f"huiyin_{name}", help, labels=["kind"])
        for kind, value in reading.items():
            family.add_metric([kind], value)
        return family
    return GaugeMetricFamily(f"huiyin_{name}", help, value=reading)


def _jobs_by_state() -> dict[str, float]:
    counted: Iterable[tuple[str, int]] = (
        Job.objects.order_by().values_list("state").annotate(count=Count("id"))
    )
    return {state: float(count) for state, count in counted}


def _undispatched() -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(dispatched=False)


def _age(rows: QuerySet[Any], column: str) -> float:
    oldest = rows.aggregate(oldest=Min(column))["oldest"]
    return max((now() - oldest).total_seconds(), 0.0) if oldest else 0.0
