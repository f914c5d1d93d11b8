"""Fields that a company adds to its cases."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Product
from huiyin.core.models import Record
from huiyin.voices.models import Kind as CaseKind


class CaseField(Record):
    """One field of ours: what it is called, what it takes, and on which cases it stands.

    Values live under `key` in `Case.fields`, or sealed in `Case.private` when the field is personal.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("A number")
        CHOICE = "choice", _("Choice")
        DATE = "date", _("Date")
        BOOLEAN = "boolean", _("Yes or no")

    key = models.SlugField(max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEXT)
    choices = models.JSONField(default=list, blank=True)
    case_kind = models.CharField(max_length=20, choices=CaseKind.choices, blank=True, default="")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    is_required = models.BooleanField(default=False)
    is_personal = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(removed_at=None), name="case_field_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh
