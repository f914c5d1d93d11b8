"""Working time as mathematics: what a calendar counts, when a clock runs out, and why.

Pure functions over frozen values; no table, no setting, no wall clock. A deadline is a function of
(events, calendar, target) and nothing else, so it can be replayed, compared and explained at any time.
"""

from huiyin.cases.worktime.calendars import Calendar, CalendarFault, DayKind, Interval, SpecialDay
from huiyin.cases.worktime.clocks import (
    ClockEvent,
    Deadline,
    EventKind,
    Frame,
    NoOpenTime,
    State,
    deadline,
    is_open,
    replay,
    worked_between,
)
from huiyin.cases.worktime.traces import Reason, TraceStep, steps_from_json, steps_to_json

__all__ = [
    "Calendar",
    "CalendarFault",
    "ClockEvent",
    "DayKind",
    "Deadline",
    "EventKind",
    "Frame",
    "Interval",
    "NoOpenTime",
    "Reason",
    "SpecialDay",
    "State",
    "TraceStep",
    "deadline",
    "is_open",
    "replay",
    "steps_from_json",
    "steps_to_json",
    "worked_between",
]
