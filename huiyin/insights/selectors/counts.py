"""How many voices when: by hour and by day in the house's zone, of everything and of single topics."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncHour
from django.utils.timezone import localtime

from huiyin.cases.models import HolidayDay
from huiyin.cases.selectors.rulebook import rulebook
from huiyin.insights.baseline import HISTORY_DAYS, LEAST_DAYS, History, Hour, Sort
from huiyin.insights.models import Matter, Member


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def history(at: datetime) -> History | None:
    """The whole days before a moment; None while there are too few to know what is usual. Three queries."""
    today = localtime(at, zone()).date()
    first = Member.objects.order_by("at").values_list("at", flat=True).first()
    since = max(localtime(first, zone()).date(), today - timedelta(days=HISTORY_DAYS)) if first else today
    days = tuple(since + timedelta(days=each) for each in range((today - since).days))
    if len(days) < LEAST_DAYS:
        return None
    rows = Member.objects.filter(at__gte=_midnight(since), at__lt=_midnight(today))
    volume = {_hour(row): row["count"] for row in _hourly(rows)}
    return History(days, volume, sort_of(since, today).__getitem__)


def by_hour(
    places: QuerySet[Member], matter: Matter, keys: Collection[Any], at: datetime
) -> dict[Any, dict[Hour, int]]:
    """Voices of these topics, products or categories in the hours of the history and of today. One query at most."""
    since = localtime(at, zone()).date() - timedelta(days=HISTORY_DAYS)
    rows = places.filter(**{f"{matter}__in": keys}, at__gte=_midnight(since), at__lte=at)
    found: dict[Any, dict[Hour, int]] = {key: {} for key in keys}
    for row in _hourly(rows, matter):
        found[row[matter]][_hour(row)] = row["count"]
    return found


def busy(places: QuerySet[Member], matter: Matter, at: datetime, *, hours: int, least: int) -> set[Any]:
    """Those with so many voices in the last hours. One query."""
    rows = places.filter(at__gt=at - timedelta(hours=hours), at__lte=at).values(matter).order_by(matter)
    told = rows.annotate(count=Count("id")).filter(count__gte=least).values_list(matter, flat=True)
    return {key for key in told if key}


def people_in(places: QuerySet[Member]) -> int:
    """How many different users spoke."""
    return places.values("voice__contact").distinct().count()


def sort_of(first: date, last: date) -> dict[date, Sort]:
    """What kind of day each is, by the week and by the holidays of the region whose promises we keep. One query."""
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    special = HolidayDay.objects.filter(region=_region(), day__gte=first, day__lte=last)
    kinds = {
        day: Sort.HOLIDAY if kind == HolidayDay.Kind.HOLIDAY else Sort.WORKING
        for day, kind in special.values_list("day", "kind")
    }
    return {day: kinds.get(day, Sort.FREE if day.weekday() >= 5 else Sort.WORKING) for day in days}


def _region() -> str:
    rules = rulebook()
    calendar = rules.calendars.get(rules.default.row.calendar_id) if rules.default else None
    return calendar.region if calendar else ""


def _hourly(rows: QuerySet[Member], *names: str) -> Iterator[dict[str, Any]]:
    """Counts by local hour, and by these columns."""
    cut = rows.annotate(hour=TruncHour("at", tzinfo=zone())).values("hour", *names).order_by("hour", *names)
    yield from cut.annotate(count=Count("id"))


def _hour(row: dict[str, Any]) -> Hour:
    return row["hour"].date(), row["hour"].hour


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, zone())
