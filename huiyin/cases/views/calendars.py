"""Pages of service calendars. Every change is shown with its effect on running deadlines before it applies."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases import clock_words, policies
from huiyin.cases.forms import DayForm, FeedForm, HoursForm, PackForm, holidays_from_json, holidays_to_json
from huiyin.cases.models import Calendar
from huiyin.cases.selectors import calendars as reads
from huiyin.cases.services import calendars as writes
from huiyin.cases.services.calendars import Holidays
from huiyin.cases.views.effects import effect_context
from huiyin.core import clock
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid

YEARS = range(2000, 2101)
SEAL, SEALED_SECONDS = "calendar.days", 86400


@requires(policies.can_read_cases)
@require_GET
def calendar_list(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {"calendars": reads.calendars(), "policies": reads.policies()}
    if policies.can_edit_calendars(request.user):
        context["pack_form"] = PackForm(initial={"pack": "tiered"})
    return render(request, "cases/calendar_list.html", context)


@requires(policies.can_read_cases)
@require_GET
def calendar_detail(request: HttpRequest, key: str) -> HttpResponse:
    return _page(request, reads.calendar_named(key), {})


@requires(policies.can_edit_calendars)
@require_POST
def calendar_hours(request: HttpRequest, key: str) -> HttpResponse:
    """Proposed hours: shown with their effect, then applied; `edit` goes back to the form as it was filled."""
    user: Any = request.user
    calendar = reads.calendar_named(key)
    form = HoursForm(request.POST, calendar=calendar, regions=reads.regions())
    if not form.is_valid() or "edit" in request.POST:
        return _page(request, calendar, {"hours": form}, status=400 if form.errors else 200)
    hours, version = form.hours(), form.cleaned_data["version"]
    try:
        if "apply" not in request.POST:
            return _preview_hours(request, calendar, form)
        writes.change_hours(calendar, hours, version=version, by=user.actor)
    except Invalid as refusal:
        form.add_error(None, refusal.message)
        return _page(request, calendar, {"hours": form}, status=400)
    except Conflict as refusal:
        return _hours_conflict(request, key, refusal)
    return redirect("calendar_detail", key)


@requires(policies.can_edit_calendars)
@require_POST
def calendar_days(request: HttpRequest, key: str) -> HttpResponse:
    """One more special day, shown with its effect."""
    calendar = _observing(key)
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, calendar, {"day_form": form}, status=400)
    return _preview_days(request, calendar, form.holidays(calendar.region))


@requires(policies.can_edit_calendars)
@require_POST
def calendar_day_removal(request: HttpRequest, key: str) -> HttpResponse:
    """A special day that becomes an ordinary one, shown with its effect."""
    calendar = _observing(key)
    day = parse_date(request.POST.get("day", ""))
    if day is None:
        raise Invalid("day_unreadable", _("Please name a day."), field="day")
    return _preview_days(request, calendar, Holidays(calendar.region, removed=frozenset({day})))


@requires(policies.can_edit_calendars)
@require_POST
def calendar_year(request: HttpRequest, key: str) -> HttpResponse:
    """A year whose holidays are complete, shown with its effect."""
    calendar = _observing(key)
    years = frozenset({_year(request.POST)})
    return _preview_days(request, calendar, Holidays(calendar.region, confirmed_years=years))


@requires(policies.can_edit_calendars)
@require_POST
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """The days of an iCalendar file, shown with their effect and with what was left out."""
    calendar = _observing(key)
    form = FeedForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, calendar, {"feed_form": form}, status=400)
    year = form.cleaned_data["year"]
    try:
        found, skipped = writes.holidays_from_feed(
            form.cleaned_data["feed"], region=calendar.region, years=range(year, year + 1)
        )
    except Invalid as refusal:
        form.add_error("feed", refusal.message)
        return _page(request, calendar, {"feed_form": form}, status=400)
    return _preview_days(request, calendar, found, skipped)


@requires(policies.can_edit_calendars)
@require_POST
def calendar_days_application(request: HttpRequest, key: str) -> HttpResponse:
    """Apply days exactly as they were previewed; the seal says that nobody changed them on the way."""
    user: Any = request.user
    calendar = _observing(key)
    proposed = _unsealed(request.POST.get("change", ""))
    version = request.POST.get("version", "")
    seen = {calendar.id: int(version) if version.isdecimal() else 0}
    try:
        writes.change_holidays(proposed, versions=seen, by=user.actor)
    except Conflict as refusal:
        return _page(request, reads.calendar_named(key), {"conflict": refusal.message}, status=409)
    return redirect(f"{reverse('calendar_detail', args=[key])}?year={_year(request.POST)}")


def _page(
    request: HttpRequest, calendar: Calendar, given: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    year = _year(request.GET or request.POST)
    context = {
        "calendar": calendar,
        "can_edit": policies.can_edit_calendars(request.user),
        "observes": bool(calendar.region) and not calendar.is_always_open,
        "hours": HoursForm(calendar=calendar, regions=reads.regions()),
        "day_form": DayForm(),
        "feed_form": FeedForm(initial={"year": year}),
        **_year_context(calendar, year),
        **given,
    }
    return render(request, "cases/calendar_detail.html", context, status=status)


def _year_context(calendar: Calendar, year: int) -> dict[str, Any]:
    known = reads.years_of(calendar.region)
    return {
        "year": year,
        "years": sorted({*(number for number, _confirmed in known), year, clock.now().year}),
        "is_confirmed": (year, True) in known,
        "months": reads.months_of(calendar, year),
        "special": reads.holidays_in(calendar.region, year),
    }


def _preview_hours(request: HttpRequest, calendar: Calendar, form: HoursForm) -> HttpResponse:
    effect = writes.preview_hours(calendar, form.hours())
    kept = [(name, value) for name, value in request.POST.items() if name in form.fields]
    context = {
        "calendar": calendar,
        "changed": [_change(form, name) for name in form.changed_data if name != "version"],
        "fields": kept,
        "apply_url": reverse("calendar_hours", args=[calendar.key]),
        "can_go_back": True,
        **effect_context(effect),
    }
    return render(request, "cases/calendar_preview.html", context)


def _change(form: HoursForm, name: str) -> tuple[Any, str]:
    """A field that was written otherwise, and its new value in words."""
    value = form.cleaned_data[name]
    if name == "region":
        return form[name].label, clock_words.region_words(value)
    if isinstance(value, bool):
        return form[name].label, _("Yes") if value else _("No")
    return form[name].label, value if isinstance(value, str) else ", ".join(value) or _("None")


def _preview_days(
    request: HttpRequest, calendar: Calendar, days: Holidays, skipped: tuple[tuple[str, str], ...] = ()
) -> HttpResponse:
    sealed = signing.dumps(holidays_to_json(days), salt=SEAL, compress=True)
    context = {
        "calendar": calendar,
        "days": days,
        "removed": sorted(days.removed),
        "skipped": skipped,
        "fields": [("change", sealed), ("version", calendar.version), ("year", _year_of(request, days))],
        "apply_url": reverse("calendar_days_application", args=[calendar.key]),
        **effect_context(writes.preview_holidays(days)),
    }
    return render(request, "cases/calendar_preview.html", context)


def _hours_conflict(request: HttpRequest, key: str, refusal: Conflict) -> HttpResponse:
    """What the person wrote, on top of the version that stands now."""
    calendar = reads.calendar_named(key)
    data = request.POST.copy()
    data["version"] = str(calendar.version)
    form: forms.Form = HoursForm(data, calendar=calendar, regions=reads.regions())
    return _page(request, calendar, {"hours": form, "conflict": refusal.message}, status=409)


def _unsealed(text: str) -> Holidays:
    try:
        return holidays_from_json(signing.loads(text, salt=SEAL, max_age=SEALED_SECONDS))
    except signing.BadSignature:
        raise Invalid("preview_expired", _("Please look at the effect of this change once more.")) from None


def _observing(key: str) -> Calendar:
    calendar = reads.calendar_named(key)
    if calendar.is_always_open or not calendar.region:
        raise Invalid("calendar_without_holidays", _("This calendar observes no holidays."))
    return calendar


def _year(given: Mapping[str, Any]) -> int:
    text = str(given.get("year", ""))
    year = int(text) if text.isdecimal() and len(text) == 4 else 0
    return year if year in YEARS else clock.now().year


def _year_of(request: HttpRequest, days: Holidays) -> int:
    named = [*(row.day.year for row in days.days), *(day.year for day in days.removed)]
    return named[0] if named else _year(request.POST)
