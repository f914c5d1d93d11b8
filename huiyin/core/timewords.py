"""Times as people say them: how long ago, how long still, by when. Pure text; the caller gives the moment."""

from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

DAY = timedelta(days=1)


def span(length: timedelta) -> str:
    """A length of time in at most two units, rounded down: 40 min, 3 h 20 min, 2 d 4 h."""
    minutes = max(0, int(length.total_seconds() // 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _("{d} d {h} h").format(d=days, h=hours) if hours else _("{d} d").format(d=days)
    if hours:
        return _("{h} h {m} min").format(h=hours, m=minutes) if minutes else _("{h} h").format(h=hours)
    return _("{m} min").format(m=minutes) if minutes else _("under 1 min")


def ago(at: datetime, now: datetime) -> str:
    """Relative up to 24 hours, then the date."""
    passed = now - at
    if passed < timedelta(minutes=1):
        return _("just now")
    if passed < timedelta(hours=1):
        return _("{m} min ago").format(m=passed.seconds // 60)
    if passed < DAY:
        return _("{h} h ago").format(h=passed.seconds // 3600)
    return short_date(localtime(at).date(), localtime(now).date())


def short_date(day: date, today: date) -> str:
    """Month and day, with the year when it is another year."""
    return day.strftime("%m-%d") if day.year == today.year else day.isoformat()


def moment(at: datetime) -> str:
    """The exact minute, as tables show it."""
    return localtime(at).strftime("%Y-%m-%d %H:%M")


def by_when(at: datetime, now: datetime) -> str:
    """A deadline as one would promise it: today 18:00, tomorrow 09:00, 25 November 18:00."""
    local, today = localtime(at), localtime(now).date()
    return f"{day_name(local.date(), today)} {local:%H:%M}"


def day_name(day: date, today: date) -> str:
    """Today, yesterday, tomorrow, or the date in prose."""
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - today).days)
    if near:
        return near
    with_year = pgettext("date in prose", "j F Y")
    without_year = pgettext("date in prose", "j F")
    return date_format(day, without_year if day.year == today.year else with_year)
