"""Holiday feeds in the iCalendar format (RFC 5545), read into days that a person looks at before they apply.

Only whole-day events are days off. What a feed holds besides is skipped and said so, never guessed: a feed
that silently makes two days out of one turns a promise of 48 hours into six days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from huiyin.cases.worktime import DayKind, SpecialDay

LONGEST_TEXT = 1_000_000
LONGEST_EVENT = timedelta(days=31)
MAKEUP_MARK = re.compile(r"(补班|上班|调休上班|make-?up|working day|[（(]\s*班\s*[）)]|\s班$)", re.IGNORECASE)
KIND_MARK = re.compile(r"\s*([（(]\s*[休班]\s*[）)]|\s[休班]|补班|放假)$")
PROPERTY = re.compile(
    r"(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:;[^:\"]*(?:\"[^\"]*\")?)*):(?P<value>.*)", re.S
)
ESCAPED = re.compile(r"\\([\\;,nN])")
NAME_LENGTH = 80


class FeedFault(ValueError):
    """Text that is no calendar; `code` lets the edge say it in the user's language."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Skip(StrEnum):
    """Why an event of a feed was left out."""

    TIMED = "timed"  # begins at a time of day
    CANCELLED = "cancelled"
    RECURRENCE = "recurrence"  # repeats in a way other than once a year
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Feed:
    """The special days of the wanted years in order of date, and (name, reason) of every event left out."""

    days: tuple[SpecialDay, ...]
    skipped: tuple[tuple[str, Skip], ...]


Event = dict[str, tuple[str, str]]


def read(text: str, *, years: range) -> Feed:
    """Read a feed. Of two events on one date a make-up day wins, because it names that very date."""
    if len(text) > LONGEST_TEXT:
        raise FeedFault("feed_too_large")
    if "BEGIN:VCALENDAR" not in text.upper():
        raise FeedFault("feed_unreadable")
    days: dict[date, SpecialDay] = {}
    skipped: list[tuple[str, Skip]] = []
    for event in _events(text):
        name = _name(event)
        found = _days(event, years)
        if isinstance(found, Skip):
            skipped.append((name, found))
            continue
        kind = _kind(event)
        for day in found:
            if day not in days or kind is DayKind.MAKEUP:
                days[day] = SpecialDay(day, kind, name)
    return Feed(tuple(days[day] for day in sorted(days)), tuple(skipped))


def _events(text: str) -> Iterator[Event]:
    """Each VEVENT as {property: (parameters, value)}; parts nested in it, such as alarms, are passed over."""
    event: Event | None = None
    nested = 0
    for line in _lines(text):
        marker = line.upper()
        if marker == "BEGIN:VEVENT":
            event, nested = {}, 0
        elif marker == "END:VEVENT":
            if event is not None:
                yield event
            event = None
        elif event is not None:
            nested += marker.startswith("BEGIN:") - marker.startswith("END:")
            found = PROPERTY.fullmatch(line)
            if found and not nested:
                event[found["name"].upper()] = (found["parameters"].upper(), found["value"])


def _lines(text: str) -> list[str]:
    """Unfold: a line that begins with a blank goes on the one before."""
    joined = re.sub(r"\r?\n[ \t]", "", text)
    return [line.strip() for line in joined.splitlines() if line.strip()]


def _days(event: Event, years: range) -> list[date] | Skip:
    if event.get("STATUS", ("", ""))[1].upper() == "CANCELLED":
        return Skip.CANCELLED
    parameters, value = event.get("DTSTART", ("", ""))
    if "T" in value or "DATE-TIME" in parameters:
        return Skip.TIMED
    first = _date(value)
    if first is None:
        return Skip.UNREADABLE
    last = _date(event["DTEND"][1]) if "DTEND" in event else first + timedelta(days=1)
    if last is None or last < first:
        return Skip.UNREADABLE
    length = max(last - first, timedelta(days=1))
    if length > LONGEST_EVENT:
        return Skip.TOO_LONG
    starts = _starts(event, first, years)
    if isinstance(starts, Skip):
        return starts
    days = (start + timedelta(days=count) for start in starts for count in range(length.days))
    return [day for day in days if day.year in years]


def _starts(event: Event, first: date, years: range) -> list[date] | Skip:
    if "RRULE" not in event:
        return [first] if "RDATE" not in event else Skip.RECURRENCE
    rule = dict(part.split("=", 1) for part in event["RRULE"][1].upper().split(";") if "=" in part)
    month, day = str(first.month), str(first.day)
    plain = {"FREQ": "YEARLY", "INTERVAL": "1", "BYMONTH": month, "BYMONTHDAY": day, "WKST": rule.get("WKST")}
    known = all(plain.get(name) == value for name, value in rule.items() if name not in ("COUNT", "UNTIL"))
    if not known or rule.get("FREQ") != "YEARLY" or (first.month, first.day) == (2, 29) or "EXDATE" in event:
        return Skip.RECURRENCE
    last = _last_year(rule, first)
    if last is None:
        return Skip.UNREADABLE
    return [first.replace(year=year) for year in range(first.year, min(last, years.stop) + 1)]


def _last_year(rule: dict[str, str], first: date) -> int | None:
    if "COUNT" in rule:
        return first.year + int(rule["COUNT"]) - 1 if rule["COUNT"].isdigit() else None
    if "UNTIL" not in rule:
        return date.max.year
    until = _date(rule["UNTIL"][:8])
    if until is None:
        return None
    return until.year if until >= first.replace(year=until.year) else until.year - 1


def _date(value: str) -> date | None:
    if not re.fullmatch(r"[0-9]{8}", value.strip()):
        return None
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        return None


def _kind(event: Event) -> DayKind:
    """Apple's Chinese calendar marks days by its own property; others put 班 (work) or 休 (off) into the name."""
    mark = event.get("X-APPLE-SPECIAL-DAY", ("", ""))[1].upper()
    if mark:
        return DayKind.MAKEUP if mark == "ALTERNATE-WORKDAY" else DayKind.HOLIDAY
    return DayKind.MAKEUP if MAKEUP_MARK.search(_summary(event)) else DayKind.HOLIDAY


def _name(event: Event) -> str:
    return KIND_MARK.sub("", _summary(event)).strip()[:NAME_LENGTH]


def _summary(event: Event) -> str:
    return ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], event.get("SUMMARY", ("", ""))[1])
