"""What people judged of the assistant's answers, and the rankers that were learnt of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.assistant.models.dialogues import Turn
from huiyin.core import clock
from huiyin.core.models import Record
from huiyin.knowledge.models import Article


class Judgement(Record):
    """A colleague's word on one answer: right, wrong, or that no article answers it. `article` is the right one."""

    class Verdict(models.TextChoices):
        RIGHT = "right", _("Right")
        WRONG = "wrong", _("Wrong")
        NO_ANSWER = "no_answer", _("No article answers this")

    turn = models.OneToOneField(Turn, on_delete=models.CASCADE, related_name="judgement")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["-at", "id"], name="judgement_newest")]


class Ranker(Record):
    """One learnt ranker: its weights, from which judged answers, and how it did on rows it had not seen."""

    class Status(models.TextChoices):
        CANDIDATE = "candidate", _("Candidate")
        LIVE = "live", _("In use")
        RETIRED = "retired", _("Retired")

    name = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CANDIDATE)
    weights = models.JSONField()
    card = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()
    fitted_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="live"), name="ranker_one_in_use")
        ]

    def __str__(self) -> str:
        return self.name
