"""Where a language model may write answers, and what each of its answers cost and came to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import BusinessLine
from huiyin.core import clock
from huiyin.core.models import Record

REST = "rest"


class WritingSwitch(Record):
    """Whether the model writes for one business line, and how much a day; `place` is its id, or "rest" for all others.

    `tokens_a_day` of 0 is no ceiling.
    """

    place = models.CharField(max_length=36, unique=True)
    line = models.OneToOneField(
        BusinessLine, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    is_on = models.BooleanField(default=False)
    tokens_a_day = models.PositiveIntegerField(default=200_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="writing_switch_has_a_place",
                condition=Q(place=REST, line=None) | Q(line__isnull=False) & ~Q(place=REST),
            )
        ]

    def __str__(self) -> str:
        return self.place


class WritingCall(Record):
    """One question to the model: what came of it, its time and its cost. Neither question nor answer is kept."""

    class Outcome(models.TextChoices):
        WRITTEN = "written", _("Answer shown")
        NOT_FOUND = "not_found", _("Not in the articles")
        REJECTED = "rejected", _("Answer refused by the checks")
        FAILED = "failed", _("The model did not answer")
        SKIPPED = "skipped", _("Not asked")

    place = models.CharField(max_length=36)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=40, blank=True, default="")
    model = models.CharField(max_length=80, blank=True, default="")
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    ms = models.PositiveIntegerField(default=0)
    cites = models.JSONField(default=list)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "id"], name="writing_call_newest"),
            models.Index(fields=["place", "at"], name="writing_call_by_place"),
        ]
