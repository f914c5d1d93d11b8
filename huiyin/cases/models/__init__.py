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
from huiyin.cases.models.fields import CaseField
from huiyin.cases.models.notices import Notice
from huiyin.cases.models.tools import Draft, Macro, Script
from huiyin.cases.models.work import Confirmation, Mention, Note, SavedView

__all__ = [
    "CASES",
    "Calendar",
    "CalendarVersion",
    "Case",
    "CaseField",
    "CaseLink",
    "Clock",
    "Confirmation",
    "Draft",
    "HolidayDay",
    "HolidayYear",
    "Macro",
    "Mention",
    "Note",
    "Notice",
    "PolicyVersion",
    "Priority",
    "SavedView",
    "Script",
    "SlaPolicy",
    "Status",
    "Watcher",
]
