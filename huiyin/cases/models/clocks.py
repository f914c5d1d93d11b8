"""Clocks, and the calendars and policies that they count by."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import BusinessLine
from huiyin.cases.models.case import Case
from huiyin.core import clock
from huiyin.core.models import Record


class Calendar(Record):
    """When a service is open: weekly hours in a time zone, and a region whose holidays count.

    `intervals` holds seven lists of `HH:MM-HH:MM`, Monday first. Every change of hours or holidays makes a
    new version, kept in CalendarVersion, so that each deadline can be replayed as it was counted.
    """

    key = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    region = models.CharField(max_length=10, blank=True, default="CN")
    is_always_open = models.BooleanField(default=False)
    intervals = models.JSONField(default=list, blank=True)
    makeup_intervals = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    @property
    def name(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class CalendarVersion(Record):
    """A calendar as it was: zone, hours, holidays in one JSON value. Never changed once written."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, db_index=False, related_name="versions")
    version = models.PositiveIntegerField()
    data = models.JSONField()
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "version"], name="calendar_version_once")]


class HolidayDay(Record):
    """One day of a region that differs from its week: closed, or worked to make up for another.

    Own `intervals` replace the usual ones: a short day, or a make-up day with fewer hours.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        MAKEUP = "makeup", _("Make-up working day")

    region = models.CharField(max_length=10, default="CN")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name_zh = models.CharField(max_length=80, blank=True, default="")
    name_en = models.CharField(max_length=80, blank=True, default="")
    intervals = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "day"], name="holiday_once")]


class HolidayYear(Record):
    """A year whose holidays a region has confirmed; deadlines through other years say that they may move."""

    region = models.CharField(max_length=10, default="CN")
    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "year"], name="holiday_year_once")]


class SlaPolicy(Record):
    """A named pack of promises; its rules are tried from the most specific to the least."""

    key = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    line = models.ForeignKey(BusinessLine, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField(default=list)
    is_default = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    @property
    def name(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class PolicyVersion(Record):
    """A policy as it was: what each of its versions promised. Never changed once written."""

    policy = models.ForeignKey(SlaPolicy, on_delete=models.CASCADE, db_index=False, related_name="versions")
    version = models.PositiveIntegerField()
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField(default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "version"], name="policy_version_once")]


class ClockSet(models.QuerySet["Clock"]):
    """The reads that the ticker lives by; each has its partial index."""

    def open(self) -> "ClockSet":
        """Not answered, not cancelled: running, paused, or past its time and still owed."""
        return self.filter(ended_at=None)

    def due(self, at: datetime) -> "ClockSet":
        """Running clocks whose time has come. A paused clock has no due time."""
        return self.filter(breached_at=None, ended_at=None, due_at__lte=at)

    def to_warn(self, at: datetime) -> "ClockSet":
        """Running clocks that have used most of their time, and nobody was told.

        No word of `due_at` here: SQLite would take that index instead and read every running clock.
        """
        return self.filter(warned_at=None, breached_at=None, ended_at=None, warn_at__lte=at)


class Clock(Record):
    """One deadline of one case, and how it came about: a pure function of its events, calendar and target."""

    class Kind(models.TextChoices):
        FIRST_RESPONSE = "first_response", _("First answer")
        NEXT_RESPONSE = "next_response", _("Next answer")
        RESOLUTION = "resolution", _("Solution")

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        MET = "met", _("Kept")
        BREACHED = "breached", _("Missed")
        CANCELLED = "cancelled", _("Not needed any more")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False, related_name="clocks")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    policy = models.ForeignKey(SlaPolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    policy_version = models.PositiveIntegerField(default=1)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    calendar_version = models.PositiveIntegerField(default=1)
    target_seconds = models.PositiveIntegerField()
    reason = models.JSONField(default=dict, blank=True)
    events = models.JSONField(default=list)
    trace = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ClockSet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "kind"], name="clock_of_case"),
            # Conditions by IS NULL, because SQLite uses a partial index only when it sees no parameter there.
            models.Index(fields=["due_at"], condition=Q(breached_at=None, ended_at=None), name="clock_due"),
            models.Index(
                fields=["warn_at"],
                condition=Q(warned_at=None, breached_at=None, ended_at=None),
                name="clock_to_warn",
            ),
            models.Index(
                fields=["calendar", "calendar_version"], condition=Q(ended_at=None), name="clock_by_calendar"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(status__in=["running", "paused"]), name="clock_live_once"
            )
        ]
