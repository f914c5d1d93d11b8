"""Shape of what is written about calendars: hours of a week, special days, holiday feeds."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases import clock_words, ics, worktime
from huiyin.cases.forms.widgets import CONTROL, SELECT
from huiyin.cases.models import Calendar, HolidayDay
from huiyin.cases.services.calendars import Holidays, Hours
from huiyin.cases.worktime.calendars import hours_from_json, hours_to_json

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEPARATORS = re.compile(r"[,，、;；\s]+")


class IntervalsField(forms.CharField):
    """Hours of one day, `09:00-12:00, 13:30-18:00`; nothing means closed."""

    def __init__(self, **given: Any) -> None:
        widget = forms.TextInput({**CONTROL, "inputmode": "text", "autocomplete": "off"})
        super().__init__(required=False, max_length=200, widget=widget, **given)

    def clean(self, value: Any) -> list[str]:
        texts = [text for text in SEPARATORS.split(super().clean(value).replace("：", ":")) if text]
        try:
            hours = hours_from_json(texts)
            worktime.Calendar("UTC", (hours, *[()] * 6))  # type: ignore[arg-type]
        except worktime.CalendarFault as fault:
            raise forms.ValidationError(clock_words.fault_words(fault), fault.code) from fault
        return hours_to_json(hours)


class HoursForm(forms.Form):
    """A calendar's week, its zone and whose holidays it observes; `version` is the one that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    zone = forms.CharField(label=gettext_lazy("Time zone"), max_length=40, widget=forms.TextInput(CONTROL))
    region = forms.ChoiceField(
        label=gettext_lazy("Holidays"), required=False, choices=[], widget=forms.Select(SELECT)
    )
    monday = IntervalsField(label=gettext_lazy("Monday"))
    tuesday = IntervalsField(label=gettext_lazy("Tuesday"))
    wednesday = IntervalsField(label=gettext_lazy("Wednesday"))
    thursday = IntervalsField(label=gettext_lazy("Thursday"))
    friday = IntervalsField(label=gettext_lazy("Friday"))
    saturday = IntervalsField(label=gettext_lazy("Saturday"))
    sunday = IntervalsField(label=gettext_lazy("Sunday"))
    makeup = IntervalsField(
        label=gettext_lazy("Make-up working days"),
        help_text=gettext_lazy("Empty: as the first weekday that is open."),
    )
    is_always_open = forms.BooleanField(
        label=gettext_lazy("Open at every hour, holidays too"), required=False
    )

    def __init__(self, data: Any = None, *, calendar: Calendar, regions: Iterable[str]) -> None:
        super().__init__(data, initial=_week_of(calendar))
        known = sorted({"", *regions, calendar.region})
        self.fields["region"].choices = [(key, clock_words.region_words(key)) for key in known]  # type: ignore[attr-defined]

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        try:
            worktime.Calendar.always(zone)
        except worktime.CalendarFault as fault:
            raise forms.ValidationError(clock_words.fault_words(fault), fault.code) from fault
        return zone

    def days(self) -> list[forms.BoundField]:
        return [self[name] for name in (*DAYS, "makeup")]

    def hours(self) -> Hours:
        said = self.cleaned_data
        return Hours(
            zone=said["zone"],
            intervals=[said[name] for name in DAYS],
            makeup_intervals=said["makeup"] or None,
            region=said["region"],
            is_always_open=said["is_always_open"],
        )


class DayForm(forms.Form):
    """One day of a region that leaves the week."""

    day = forms.DateField(
        label=gettext_lazy("Date"), widget=forms.DateInput({**CONTROL, "type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=HolidayDay.Kind.choices, widget=forms.Select(SELECT)
    )
    name_zh = forms.CharField(
        label=gettext_lazy("Name in Chinese"), max_length=80, required=False, widget=forms.TextInput(CONTROL)
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=80, required=False, widget=forms.TextInput(CONTROL)
    )
    own_hours = IntervalsField(
        label=gettext_lazy("Own hours"),
        help_text=gettext_lazy("Empty: a holiday is closed, a make-up day is open as usual."),
    )

    def holidays(self, region: str) -> Holidays:
        said = dict(self.cleaned_data)
        own = said.pop("own_hours") or None
        return Holidays(region, days=[HolidayDay(region=region, intervals=own, **said)])


class FeedForm(forms.Form):
    """An iCalendar file of holidays, and the year it is read for."""

    feed = forms.FileField(
        label=gettext_lazy("File (.ics)"),
        max_length=200,
        widget=forms.ClearableFileInput({**CONTROL, "accept": ".ics,text/calendar"}),
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year"), min_value=2000, max_value=2100, widget=forms.NumberInput(CONTROL)
    )

    def clean_feed(self) -> str:
        file = self.cleaned_data["feed"]
        if file.size > ics.LONGEST_TEXT:
            raise forms.ValidationError(_("This is not an iCalendar file of at most 1 MB."))
        return str(file.read().decode("utf-8-sig", errors="replace"))


def holidays_to_json(holidays: Holidays) -> dict[str, Any]:
    """Proposed days as they travel through the page that shows their effect."""
    names = ("kind", "name_zh", "name_en", "intervals")
    return {
        "region": holidays.region,
        "days": [
            {"day": row.day.isoformat(), **{name: getattr(row, name) for name in names}}
            for row in holidays.days
        ],
        "removed": [day.isoformat() for day in sorted(holidays.removed)],
        "years": sorted(holidays.confirmed_years),
    }


def holidays_from_json(data: dict[str, Any]) -> Holidays:
    region = data["region"]
    days = [
        HolidayDay(region=region, **{**row, "day": date.fromisoformat(row["day"])}) for row in data["days"]
    ]
    removed = frozenset(date.fromisoformat(day) for day in data["removed"])
    return Holidays(region, days, removed, frozenset(data["years"]))


def _week_of(calendar: Calendar) -> dict[str, Any]:
    week = calendar.intervals or [[]] * 7
    return {
        "version": calendar.version,
        "zone": calendar.zone,
        "region": calendar.region,
        "makeup": ", ".join(calendar.makeup_intervals or []),
        "is_always_open": calendar.is_always_open,
        **{name: ", ".join(hours) for name, hours in zip(DAYS, week, strict=True)},
    }
