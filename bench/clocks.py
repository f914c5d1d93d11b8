"""Clocks: random deadlines against a naive minute counter, and the ticker among a million running clocks.

    bin/bench clocks [--cases N] [--rows N] [--only engine|sqlite|postgresql]

Goals: no deadline differs; a warm deadline of a service calendar within 100 microseconds; among a million
running clocks a tick with nothing due within 20 ms, and 1,000 due ones breached within 5 seconds, once each.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

SCRATCH = tempfile.TemporaryDirectory(prefix="huiyin-bench-")
RESULTS = Path(__file__).parent / "results"
MINUTE = timedelta(minutes=1)
TICK_GOAL_MS, DUE_GOAL_S, DEADLINE_GOAL_US = 20.0, 5.0, 100.0
DUE = 1_000


def main() -> int:
    """Each part is saved as soon as it is known, so that a broken one does not take the others with it."""
    options = arguments()
    parts = {"engine": engine, "sqlite": sqlite, "postgresql": postgres}
    chosen = [name for name in parts if options.only in (None, name)]
    passed = [save(name, parts[name](options)) for name in chosen]
    return 0 if all(passed) else 1


def sqlite(options: argparse.Namespace) -> dict[str, Any]:
    return in_process("", options.rows)


def postgres(options: argparse.Namespace) -> dict[str, Any]:
    from tests import servers

    with servers.postgres() as url:
        return in_process(url, options.rows)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench clocks", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["engine", "sqlite", "postgresql"])
    parser.add_argument("--ticker", metavar="DATABASE_URL", help=argparse.SUPPRESS)
    return parser.parse_args()


def engine(options: argparse.Namespace) -> dict[str, Any]:
    """Both judges on the same cases, each timed in CPU seconds of its own verdict; painting is free."""
    from huiyin.cases.tests.minute_counter import (
        BeyondWindow,
        count_minutes,
        paint,
        random_calendar,
        random_case,
    )
    from huiyin.cases.worktime import Calendar, ClockEvent, EventKind, deadline

    random, count = Random("bench"), options.cases
    compared, differing, ours, naive = 0, 0, 0.0, 0.0
    while compared < count:
        data, begins = random_calendar(random)
        calendar, painted = Calendar.from_json(data), paint(data, begins)
        for _ in range(200):
            case = random_case(random, data, begins)
            events = [ClockEvent(EventKind(kind), begins + minute * MINUTE) for kind, minute in case.events]
            start = time.process_time()
            try:
                expected = count_minutes(case, painted)
            except BeyondWindow:
                continue
            middle = time.process_time()
            found = deadline(events, calendar, case.target * MINUTE)
            end = time.process_time()
            ours, naive, compared = ours + end - middle, naive + middle - start, compared + 1
            due = None if expected.due is None else begins + expected.due * MINUTE
            differing += found.due_at != due
        progress("cases", compared, count)
    typical = warm_deadline()
    return {
        "cases": compared,
        "differing": differing,
        "cases_per_s": round(compared / (ours + naive)),
        "us_per_deadline": round(ours / compared * 1e6, 1),
        "naive_us_per_deadline": round(naive / compared * 1e6, 1),
        "naive_ratio": round(naive / ours, 1),
        "typical": typical,
        "passed": differing == 0 and typical["service_hours_us"] <= DEADLINE_GOAL_US,
    }


def warm_deadline() -> dict[str, float]:
    """A clock of eight hours begun on a Friday afternoon, over the weekend; and one of half an hour."""
    from huiyin.cases.seeds import office_hours
    from huiyin.cases.worktime import Calendar, ClockEvent, EventKind, deadline

    events = [ClockEvent(EventKind.STARTED, datetime(2026, 11, 20, 8, tzinfo=UTC))]
    office, always = office_hours(), Calendar.always("Asia/Shanghai")
    found = deadline(events, office, timedelta(hours=8))
    return {
        "service_hours_us": microseconds(lambda: deadline(events, office, timedelta(hours=8))),
        "always_us": microseconds(lambda: deadline(events, always, timedelta(minutes=30))),
        "trace_to_json_us": microseconds(found.to_json),
    }


def microseconds(run: Callable[[], Any], rounds: int = 7, calls: int = 2_000) -> float:
    """The best of several rounds: what the code costs when nobody else uses the core."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        for _call in range(calls):
            run()
        times.append((time.process_time() - start) / calls * 1e6)
    return round(min(times), 1)


def in_process(url: str, rows: int) -> dict[str, Any]:
    """A database is chosen once per process, so each ticker run is a process of its own."""
    import subprocess

    command = [sys.executable, "-m", "bench.clocks", "--rows", str(rows), f"--ticker={url}"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def ticker(url: str, rows: int) -> dict[str, Any]:
    """Fill a fresh database, then tick: nothing due, one due, a thousand due."""
    os.environ.update(
        HUIYIN_DATA=SCRATCH.name, HUIYIN_DATABASE_URL=url, DJANGO_SETTINGS_MODULE="config.settings"
    )
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from huiyin.cases.models import Clock
    from huiyin.cases.services import ticking
    from huiyin.core.models import JournalEntry

    call_command("migrate", verbosity=0)
    at = datetime(2026, 11, 16, 6, tzinfo=UTC)
    seconds = timed(lambda: fill(rows, at))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    idle = [timed(lambda: ticking.tick(at=at - timedelta(hours=1))) * 1000 for _ in range(50)]
    one = timed(lambda: ticking.tick(at=at)) * 1000
    thousand = timed(lambda: ticking.tick(at=at + MINUTE))
    told = JournalEntry.objects.filter(name="clock.breached").count()
    plan = Clock.objects.due(at).order_by("due_at").values_list("id", "case_id")[:200].explain()
    return {
        "rows": Clock.objects.count(),
        "fill_s": round(seconds, 1),
        "idle_tick_ms": {"p50": round(statistics.median(idle), 2), "max": round(max(idle), 2)},
        "one_due_ms": round(one, 1),
        "thousand_due_s": round(thousand, 2),
        "breached_events": told,
        "uses_index": "clock_due" in plan,
        "passed": told == DUE + 1
        and "clock_due" in plan
        and statistics.median(idle) <= TICK_GOAL_MS
        and thousand <= DUE_GOAL_S,
    }


def fill(rows: int, at: datetime) -> None:
    """Three running clocks a case, due over thirty days; one at `at`, a thousand in the minute after.

    One row of each table is made by the models and multiplied by the database, a hundred times faster.
    """
    from huiyin.accounts.models import Contact, Team
    from huiyin.cases.models import Calendar, Case, Clock
    from huiyin.conversations.models import Conversation

    contact = Contact.objects.create(name="bench")
    thread = Conversation.objects.create(contact=contact, channel="api")
    team = Team.objects.create(key="bench", name_zh="bench", name_en="bench")
    case = Case(number=1, conversation=thread, contact=contact, channel="api", kind="fault", team=team)
    case.save(force_insert=True)
    calendar = Calendar.objects.order_by("key")[0]
    clock = Clock(case=case, kind=Clock.Kind.FIRST_RESPONSE, calendar=calendar, target_seconds=14_400)
    clock.due_at = clock.warn_at = clock.ended_at = at + timedelta(days=60)
    clock.save()
    multiply(case, rows // 3 + 1, {"number": "2 + n", "id": random_id()})
    kinds = " ".join(f"WHEN {place} THEN '{kind.value}'" for place, kind in enumerate(Clock.Kind))
    later = f"3600 + 2592000.0 * n / {rows}"
    seconds = f"CASE WHEN n = 0 THEN 0 WHEN n <= {DUE} THEN n * 59.0 / {DUE} ELSE {later} END"
    changes = {
        "id": random_id(),
        "case_id": "2 + n / 3",
        "kind": f"CASE n % 3 {kinds} END",
        "due_at": moment(at, seconds),
        "ended_at": "NULL",
    }
    multiply(clock, rows, changes)


def multiply(template: Any, count: int, changes: dict[str, str]) -> None:
    """Insert `count` copies of the one stored row; `changes` gives columns as SQL over `n`, from 0 on."""
    from django.db import connection

    columns = [field.column for field in template._meta.concrete_fields]
    values = ", ".join(changes.get(column, f"t.{column}") for column in columns)
    table = template._meta.db_table
    series = f"WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {count})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{series} INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM s, {table} t"
        )


def random_id() -> str:
    return "gen_random_uuid()" if vendor() == "postgresql" else "lower(hex(randomblob(16)))"


def moment(at: datetime, seconds: str) -> str:
    total = f"({int(at.timestamp())} + {seconds})"
    if vendor() == "postgresql":
        return f"to_timestamp({total})"
    return f"strftime('%Y-%m-%d %H:%M:%f', {total}, 'unixepoch')"


def vendor() -> str:
    from django.db import connection

    return str(connection.vendor)


def timed(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def circumstances() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }


def progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {total:,} {what}", end="", file=sys.stderr, flush=True)


def save(name: str, part: dict[str, Any]) -> bool:
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"clocks-{datetime.now(UTC):%Y-%m-%d}.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    text = json.dumps({**kept, **circumstances(), name: part}, indent=2)
    file.write_text(text + "\n", encoding="utf-8")
    print(json.dumps({name: part}, indent=2), flush=True)
    return bool(part["passed"])


if __name__ == "__main__":
    chosen = arguments()
    if chosen.ticker is None:
        sys.exit(main())
    print(json.dumps(ticker(chosen.ticker, chosen.rows)))
