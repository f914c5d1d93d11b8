"""Tables of accountable work, by noun."""

from huiyin.cases.models.case import CASES, Case, CaseLink, Priority, Status, Watcher
from huiyin.cases.models.clocks import (
    Calendar,
    CalendarVersion,
    Clock,
    HolidayDay,
    HolidayYear,
    PolicyVersion,
    SlaPolicy,
)
from huiyin.cases.models.work import Confirmation, Mention, Note, SavedView

__all__ = [
    "CASES",
    "Calendar",
    "CalendarVersion",
    "Case",
    "CaseLink",
    "Clock",
    "Confirmation",
    "HolidayDay",
    "HolidayYear",
    "Mention",
    "Note",
    "PolicyVersion",
    "Priority",
    "SavedView",
    "SlaPolicy",
    "Status",
    "Watcher",
]
