"""The ticker: due clocks are breached and near ones warned of, once each, whoever else ticks or writes."""

from datetime import timedelta

import pytest
from django.db import connection

from huiyin.cases.models import Calendar, Case, Clock
from huiyin.cases.services import calendars, clocks, ticking
from huiyin.cases.tests.clock_factories import MONDAY, clocks_of, local, make_case, promises
from huiyin.core.models import JournalEntry

HOUR = timedelta(hours=1)
FIRST = Clock.Kind.FIRST_RESPONSE
DUE = local("2026-11-16T14:00")


def running_case(**values):
    case = make_case(**values)
    Clock.objects.bulk_create(clocks.plan(case, at=case.opened_at))
    case.save()
    return case


def entries(name):
    return list(JournalEntry.objects.filter(name=name).values_list("subject", "data__kind"))


@pytest.mark.django_db
def test_tick_when_nothing_is_due_then_writes_nothing():
    promises()
    running_case()
    assert ticking.tick(at=MONDAY + HOUR) == {"breached": 0, "warned": 0}
    assert JournalEntry.objects.count() == 0


@pytest.mark.django_db
def test_tick_when_a_clock_is_near_then_warns_once():
    promises()
    case = running_case()
    near = local("2026-11-16T13:12")
    assert ticking.tick(at=near) == {"breached": 0, "warned": 1}
    assert ticking.tick(at=near + timedelta(seconds=2)) == {"breached": 0, "warned": 0}
    first = clocks_of(case)[FIRST]
    assert (first.warned_at, first.status, first.version) == (near, Clock.Status.RUNNING, 2)
    assert entries("clock.warned") == [(str(case.number), FIRST)]


@pytest.mark.django_db
def test_tick_when_a_clock_is_due_then_breaches_once_and_the_case_shows_it():
    promises()
    case, other = running_case(), running_case(at=MONDAY + HOUR)
    assert ticking.tick(at=DUE)["breached"] == 1
    assert ticking.tick(at=DUE + timedelta(seconds=2))["breached"] == 0
    first = clocks_of(case)[FIRST]
    assert (first.status, first.breached_at, first.ended_at) == (Clock.Status.BREACHED, DUE, None)
    assert entries("clock.breached") == [(str(case.number), FIRST)]
    flags = dict(Case.objects.values_list("number", "is_breached"))
    assert flags == {case.number: True, other.number: False}
    assert Case.objects.get(number=case.number).next_due_at == DUE
    assert Case.objects.get(number=case.number).version == case.version


@pytest.mark.django_db
def test_tick_when_warning_and_deadline_both_passed_then_only_breaches():
    promises()
    running_case()
    ticking.tick(at=DUE + HOUR)
    assert entries("clock.warned") == []


@pytest.mark.django_db
def test_tick_when_paused_or_ended_then_leaves_the_clock_alone():
    promises()
    waiting, answered = running_case(), running_case()
    clocks.pause(waiting, reason="waiting_for_user", at=MONDAY + HOUR)
    clocks.cancel(answered, at=MONDAY + HOUR)
    assert ticking.tick(at=DUE + 1000 * HOUR) == {"breached": 0, "warned": 0}


@pytest.mark.django_db
def test_tick_when_many_are_due_then_works_in_batches(django_assert_max_num_queries):
    promises()
    for _ in range(5):
        running_case()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ticking, "BATCH", 2)
        assert ticking.tick(at=DUE)["breached"] == 5
    assert len(entries("clock.breached")) == 5


@pytest.mark.django_db
def test_tick_when_a_batch_is_full_then_needs_no_more_queries(django_assert_num_queries):
    promises()
    for _ in range(3):
        running_case()
    with django_assert_num_queries(11):
        ticking.tick(at=DUE)


@pytest.mark.django_db
def test_tick_when_the_calendar_changed_meanwhile_then_recounts_before_it_blames():
    promises()
    case = running_case()
    office = Calendar.objects.get(key="office")
    later = calendars.Hours(zone=office.zone, intervals=[["09:00-11:00"]] * 5 + [[], []])
    from huiyin.core.actors import SYSTEM

    calendars.change_hours(office, later, version=1, by=SYSTEM)
    assert ticking.tick(at=DUE)["breached"] == 1
    first = clocks_of(case)[FIRST]
    assert (first.status, first.calendar_version) == (Clock.Status.RUNNING, 2)
    assert first.due_at == local("2026-11-18T10:00")
    assert entries("clock.breached") == []
    assert entries("clock.moved") == [(str(case.number), FIRST)]
    assert Case.objects.get(number=case.number).next_due_at == first.due_at


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "index"),
    [
        (Clock.objects.due(DUE).order_by("due_at"), "clock_due"),
        (Clock.objects.to_warn(DUE).order_by("warn_at"), "clock_to_warn"),
    ],
)
def test_ticker_reads_when_planned_then_use_their_partial_index(query, index):
    plan = query.values_list("id", "case_id")[:200].explain()
    assert index in plan or connection.vendor == "postgresql"
    assert "TEMP B-TREE" not in plan
