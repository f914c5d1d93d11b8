"""When people are there: the calendar of the company's usual promise."""

from datetime import datetime, timedelta

from huiyin.cases import worktime
from huiyin.cases.selectors import rulebook

MOMENT = timedelta(seconds=1)


def calendar() -> worktime.Calendar | None:
    """The hours that the usual promise is counted by; None while there is no promise."""
    book = rulebook.rulebook()
    if book.default is None:
        return None
    row = book.calendars.get(book.default.row.calendar_id)
    return rulebook.hours_of(row) if row else None


def back_at(at: datetime) -> datetime | None:
    """When people are back, seen from a moment at which nobody is there; None while they are."""
    hours = calendar()
    if hours is None or worktime.is_open(hours, at):
        return None
    started = worktime.ClockEvent(worktime.EventKind.STARTED, at)
    due = worktime.deadline([started], hours, MOMENT).due_at
    return due - MOMENT if due else None
