"""Processes for the ticker's fault test: `fill N`, and `tick BATCH`, which waits for a line first."""

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

AT = datetime(2026, 11, 16, 6, tzinfo=UTC)


def main(act: str, number: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    {"fill": fill, "tick": tick}[act](number)


def fill(count: int) -> None:
    """`count` cases with one running clock each, all due by `AT`."""
    from huiyin.cases.models import Calendar, Clock
    from huiyin.cases.tests.clock_factories import make_case

    always = Calendar.objects.get(key="always")
    template = make_case()
    cases = [template.__class__(**copied(template, number)) for number in range(count)]
    template.__class__.objects.bulk_create(cases)
    Clock.objects.bulk_create(
        Clock(
            case_id=case.number,
            kind=Clock.Kind.FIRST_RESPONSE,
            calendar=always,
            target_seconds=60,
            due_at=AT - timedelta(seconds=case.number % 60),
        )
        for case in cases
    )


def copied(template: Any, number: int) -> dict[str, Any]:
    names = ("conversation_id", "contact_id", "channel", "kind", "team_id")
    return {"number": 1000 + number, **{name: getattr(template, name) for name in names}}


def tick(batch: int) -> None:
    from huiyin.cases.models import Clock
    from huiyin.cases.services import ticking

    ticking.BATCH = batch
    print("ready", flush=True)
    sys.stdin.readline()
    while Clock.objects.due(AT).exists():
        ticking.tick(at=AT)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
