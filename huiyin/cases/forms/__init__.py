"""Shape of what is written on the pages of cases, by noun."""

from huiyin.cases.forms.calendars import DayForm, FeedForm, HoursForm, holidays_from_json, holidays_to_json
from huiyin.cases.forms.fields import CaseFieldForm, field_initial
from huiyin.cases.forms.promises import (
    LineForm,
    NamesForm,
    PackForm,
    PolicyForm,
    RuleForm,
    RuleForms,
    length_text,
)
from huiyin.cases.forms.tools import MacroForm, ScriptForm, action_set, case_named, reach_of

__all__ = [
    "CaseFieldForm",
    "DayForm",
    "FeedForm",
    "HoursForm",
    "LineForm",
    "MacroForm",
    "NamesForm",
    "PackForm",
    "PolicyForm",
    "RuleForm",
    "RuleForms",
    "ScriptForm",
    "action_set",
    "case_named",
    "field_initial",
    "holidays_from_json",
    "holidays_to_json",
    "length_text",
    "reach_of",
]
