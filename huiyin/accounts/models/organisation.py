"""Business lines hold products; teams hold people."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language

from huiyin.core.models import Record


class Named(Record):
    """Something with a key for machines and a name in both languages."""

    key = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class BusinessLine(Named):
    """A business of the company, with somebody who answers for its users' experience."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class Team(Named):
    """A group of staff that shares a queue of cases."""

    line = models.ForeignKey(
        BusinessLine, null=True, blank=True, on_delete=models.PROTECT, related_name="teams"
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_default = models.BooleanField(default=False)


class Membership(Record):
    """A person in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, db_index=False, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_once")]


class Product(Named):
    """What users use; its team is the first to hear about it. `aliases` are what users call it in their words."""

    line = models.ForeignKey(BusinessLine, on_delete=models.PROTECT, related_name="products")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    aliases = models.JSONField(default=list, null=True, blank=True)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which a text may mean this product."""
        return tuple(dict.fromkeys([self.name_zh, self.name_en, *(self.aliases or ())]))
