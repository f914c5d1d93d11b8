"""Tables of accountable work, by noun."""

from huiyin.cases.models.case import Case, CaseLink, Priority, Status, Watcher
from huiyin.cases.models.clocks import Calendar, Clock, HolidayDay, SlaPolicy
from huiyin.cases.models.work import Confirmation, Mention, Note, SavedView

__all__ = [
    "Calendar",
    "Case",
    "CaseLink",
    "Clock",
    "Confirmation",
    "HolidayDay",
    "Mention",
    "Note",
    "Priority",
    "SavedView",
    "SlaPolicy",
    "Status",
    "Watcher",
]
