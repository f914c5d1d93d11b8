"""The schedule: each slot once, late ones as one."""

from datetime import UTC, datetime, timedelta

import pytest

from huiyin.core.clock import frozen
from huiyin.core.jobs.schedule import Every, tick
from huiyin.core.jobs.worker import drain
from huiyin.core.models import Job, Slot

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 4, 0, 3, tzinfo=UTC)  # 12:00:03 in Shanghai
NOTE = "huiyin.core.tests.sample.note"


def test_tick_when_by_seconds_then_once_a_slot():
    entries = [Every(name="note", task=NOTE, seconds=10)]
    with frozen(NOON):
        assert tick(entries) == ["note"]
        assert tick(entries) == []
    with frozen(NOON + timedelta(seconds=7)):
        assert tick(entries) == ["note"]
    assert Job.objects.count() == 1, "unfinished, so the unique key holds"


def test_tick_when_by_cron_then_waits_for_its_first_moment():
    entries = [Every(task=NOTE, cron="30 12 * * *")]
    with frozen(NOON):
        assert tick(entries) == []
    with frozen(NOON + timedelta(minutes=29)):
        assert tick(entries) == []
    with frozen(NOON + timedelta(minutes=30)):
        assert tick(entries) == [NOTE]
        assert tick(entries) == []
        drain()
    assert Slot.objects.get().started == datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


def test_tick_when_days_were_missed_then_starts_once():
    entries = [Every(task=NOTE, cron="0 3 * * *")]
    with frozen(NOON):
        tick(entries)
    with frozen(NOON + timedelta(days=9)):
        assert tick(entries) == [NOTE]
        assert tick(entries) == []


def test_tick_when_a_task_is_gone_then_the_others_start():
    entries = [Every(task="huiyin.core.tests.sample.gone", seconds=5), Every(task=NOTE, seconds=5)]
    with frozen(NOON):
        assert tick(entries) == [NOTE]


@pytest.mark.parametrize("wrong", [{}, {"seconds": 5, "cron": "* * * * *"}, {"cron": "every day"}])
def test_every_when_the_time_is_wrong_then_refuses(wrong):
    with pytest.raises(ValueError):
        Every(task=NOTE, **wrong)
