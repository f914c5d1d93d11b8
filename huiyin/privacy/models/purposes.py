"""Purposes that the company adds to those the product knows by itself."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.core import clock
from huiyin.core.i18n import is_english
from huiyin.core.models import Record


class AddedPurpose(Record):
    """What personal data may be used for, added by the company: drafted, put in force with its words, retired.

    People have a switch for it while it is in force, off until they say yes; afterwards nothing is allowed by it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FORCE = "in_force", _("In force")
        RETIRED = "retired", _("Retired")

    key = models.CharField(max_length=20, unique=True)
    label_zh = models.CharField(max_length=60)
    label_en = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)
    in_force_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        return self.label_en if is_english() else self.label_zh
