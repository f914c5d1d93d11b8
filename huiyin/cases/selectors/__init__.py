"""Every non-trivial read of cases, by noun."""

from huiyin.cases.selectors.access import case_for, cases_for, follow_key, followed, number_of, others_work
from huiyin.cases.selectors.company import newer_words, others_at, watchers_of
from huiyin.cases.selectors.fields import case_field, case_fields, field_values, fields_of
from huiyin.cases.selectors.inbox import Filters, Row, counts, filtered, inbox_page, row_of, rows_of
from huiyin.cases.selectors.notices import COUNTED, newest_notices, notice_page, notices_for, unread_count
from huiyin.cases.selectors.panel import history_of, open_cases_of, satisfaction_of
from huiyin.cases.selectors.promises import late_cases, past_promise, promise_figures
from huiyin.cases.selectors.timeline import Item, message_of, timeline, timeline_for_user
from huiyin.cases.selectors.tools import (
    colleagues,
    draft_of,
    filled,
    found_macros,
    found_scripts,
    language_of,
    macro_for,
    newest_case,
    own_macro,
    own_script,
    script_for,
    scripts_filled,
    values_for,
)
from huiyin.cases.selectors.views import own_view_for, views_for

__all__ = [
    "COUNTED",
    "Filters",
    "Item",
    "Row",
    "case_field",
    "case_fields",
    "case_for",
    "cases_for",
    "colleagues",
    "counts",
    "draft_of",
    "field_values",
    "fields_of",
    "filled",
    "filtered",
    "follow_key",
    "followed",
    "found_macros",
    "found_scripts",
    "history_of",
    "inbox_page",
    "language_of",
    "late_cases",
    "macro_for",
    "message_of",
    "newer_words",
    "newest_case",
    "newest_notices",
    "notice_page",
    "notices_for",
    "number_of",
    "open_cases_of",
    "others_at",
    "others_work",
    "own_macro",
    "own_script",
    "own_view_for",
    "past_promise",
    "promise_figures",
    "row_of",
    "rows_of",
    "satisfaction_of",
    "script_for",
    "scripts_filled",
    "timeline",
    "timeline_for_user",
    "unread_count",
    "values_for",
    "views_for",
    "watchers_of",
]
