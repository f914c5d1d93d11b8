"""What the assistant goes by: thresholds, topics that only people answer, phrasings of the help centre."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.assistant.models.dialogues import Turn
from huiyin.core import clock
from huiyin.core.models import Record
from huiyin.knowledge.models import Variant


class Tuning(Record):
    """The thresholds as somebody set them; the newest row counts, the older ones say how it was before.

    An answer stands alone from `answer_at` on, three are offered from `offer_at` on, both on calibrated confidence.
    """

    precision = models.FloatField(default=0.9)
    answer_at = models.FloatField(default=0.5)
    offer_at = models.FloatField(default=0.12)
    failures = models.PositiveSmallIntegerField(default=3)
    idle_minutes = models.PositiveSmallIntegerField(default=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tuning_thresholds_in_order",
                condition=Q(answer_at__range=(0, 1))
                & Q(offer_at__gte=0)
                & Q(offer_at__lte=models.F("answer_at")),
            )
        ]


class HumanTopic(Record):
    """A topic that the assistant leaves to people: a category of what is understood, or words that are said."""

    class Kind(models.TextChoices):
        CATEGORY = "category", _("Category")
        WORDS = "words", _("Words")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="human_topic_once")]

    def __str__(self) -> str:
        return self.value


class Phrasing(Record):
    """One way to ask for an article that a visitor taught, with the sentence vector of each encoder that has read it.

    Those that an article brings along are kept by the help centre; rows of another kind were left by a version that
    copied them, and say nothing.
    """

    class Kind(models.TextChoices):
        LEARNT = "learnt", _("Learnt from a user")

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=400)
    model = models.CharField(max_length=240, blank=True, default="")
    vector = models.BinaryField(null=True, blank=True)
    fine_model = models.CharField(max_length=80, blank=True, default="", db_default="")
    fine_vector = models.BinaryField(null=True, blank=True)
    turn = models.ForeignKey(Turn, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
