"""Who may do what with cases. Reading an object is settled by `cases_for`; these are the verbs."""

from typing import Any

from huiyin.accounts import policies as people
from huiyin.cases.models import Case
from huiyin.cases.models.tools import Kept


def can_read_cases(user: Any) -> bool:
    return people.can_enter_desk(user)


def can_handle_cases(user: Any) -> bool:
    """Reply, assign, move, solve, correct."""
    return people.holds(user, people.HANDLERS)


def can_note_cases(user: Any) -> bool:
    """Write among staff: everybody at the desk but auditors."""
    return people.holds(user, people.READERS - people.AUDITORS)


def can_handle(user: Any, case: Case) -> bool:
    """Handle this very case; merged ones are handled where they went."""
    return can_handle_cases(user) and case.merged_into_id is None


def can_lead_cases(user: Any) -> bool:
    """Share views, undo others' merges, act in bulk beyond one page."""
    return people.can_lead(user)


def can_edit_calendars(user: Any) -> bool:
    return people.can_lead(user)


def sees_contacts_in_clear(user: Any) -> bool:
    """Whether phone and e-mail are shown whole: those who handle cases may unmask, auditors never."""
    return can_handle_cases(user)


def can_define_fields(user: Any) -> bool:
    """Say which fields of our own a case has."""
    return people.can_administer(user)


def can_keep_tools(user: Any) -> bool:
    """Keep scripts and macros, for oneself at least."""
    return can_handle_cases(user)


def can_change_tool(user: Any, tool: Kept) -> bool:
    """One's own always; shared ones are kept by those who lead."""
    return tool.owner_id == user.id if tool.owner_id else can_lead_cases(user)
