"""What users talk about: topics, the voices that belong to them, and the times when something came too often."""

from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Product
from huiyin.core import clock
from huiyin.core.models import Record
from huiyin.voices.models import Voice

RAREST = 1e-6
# With fewer voices a group is a handful of words, no topic: nobody is shown it.
FREQUENT = 4


class Space(Record):
    """What all voices share in the numbers of one encoder. It is taken away before two of them are compared."""

    model = models.CharField(max_length=80, unique=True)
    mean = models.BinaryField()
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.model


class Topic(Record):
    """What several users speak of. Its key stays from night to night; a merged one leads to where it went.

    `total` is the sum of its voices' vectors. `title` is the name that a person gave it, and outlives every
    new name of ours; a topic that people formed (`is_kept`) takes in whatever is found inside it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("In view")
        HIDDEN = "hidden", _("Hidden")
        MERGED = "merged", _("Merged")

    key = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    title = models.CharField(max_length=80, blank=True, default="")
    keywords = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    is_kept = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged"
    )
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    model = models.CharField(max_length=80)
    total = models.BinaryField(null=True, blank=True)
    size = models.PositiveIntegerField(default=0)
    found_at = models.DateTimeField(null=True, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "-size", "id"], name="topic_largest")]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """The name that people gave it, or else ours."""
        return self.title or self.name or self.key


class Matter(StrEnum):
    """What voices are counted by, as the column of a member and of a swell that names it.

    In this order one explains the other: what a topic brings is no swell of its product as well.
    """

    TOPIC = "topic_id"
    PRODUCT = "product_id"
    CATEGORY = "category"


class Member(Record):
    """One voice in its topic, by which encoder and how near to the middle. A voice is in one topic at most.

    `category` and `product` are those of its case, kept here so that one index counts them.
    """

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, db_index=False, related_name="members")
    voice = models.OneToOneField(Voice, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=80, blank=True, default="", db_default="")
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    strength = models.FloatField()
    model = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["topic", "at"], name="member_by_topic"),
            models.Index(fields=["product", "at"], name="member_by_product"),
            models.Index(fields=["category", "at"], name="member_by_category"),
            models.Index(fields=["at"], name="member_by_time"),
        ]


class Swell(Record):
    """A time in which something came far more often than usual, and how we knew: seen, expected, how unlikely.

    It is about a topic, a product or a category: one of the three.
    """

    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.CASCADE, related_name="swells")
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    category = models.CharField(max_length=80, blank=True, default="", db_default="")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    hours = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    expected = models.FloatField()
    chance = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic"], condition=Q(ended_at=None), name="swell_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["product"], condition=Q(ended_at=None), name="swell_of_product_once"
            ),
            models.UniqueConstraint(
                fields=["category"],
                condition=Q(ended_at=None) & ~Q(category=""),
                name="swell_of_category_once",
            ),
        ]
        indexes = [models.Index(fields=["-began_at"], name="swell_newest")]

    @property
    def matter(self) -> Matter:
        return next(each for each in Matter if getattr(self, each))

    @property
    def about(self) -> Any:
        """The key of what swells."""
        return getattr(self, self.matter)

    @property
    def odds(self) -> str:
        """The chance in words that people read."""
        if self.chance < RAREST:
            return gettext("less than once in a million times")
        return gettext("once in %(times)s times") % {"times": round(1 / self.chance)}
