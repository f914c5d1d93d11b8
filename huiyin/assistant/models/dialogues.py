"""Dialogues with the assistant: whose turn it is, what was said, and to whom it was handed over."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Contact
from huiyin.cases.models import Case
from huiyin.core import clock
from huiyin.core.fields import EncryptedTextField
from huiyin.core.models import Record
from huiyin.knowledge.models import Language


class State(models.TextChoices):
    """Who has the next word. A dialogue that is handed over belongs to its case: to its person, team or clock."""

    ASSISTANT = "assistant", _("The assistant's turn")
    WAITING = "waiting", _("The visitor's turn, until a time")
    HANDED = "handed", _("With people")
    ENDED = "ended", _("Ended")


class Outcome(models.TextChoices):
    """What the visitor says about an answer, or a whole dialogue. Silence is unknown, never a success."""

    UNKNOWN = "unknown", _("Not known")
    CONFIRMED = "confirmed", _("The user says it helped")
    CONTRADICTED = "contradicted", _("The user says it did not help")


class Dialogue(Record):
    """One visitor's talk with the assistant. Somebody owns it at every moment; the table refuses anything else."""

    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lang = models.CharField(max_length=2, choices=Language.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    until_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    touched_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dialogue_has_one_owner",
                condition=(
                    Q(state=State.ASSISTANT, case=None, until_at__isnull=False, outcome="")
                    | Q(state=State.WAITING, case=None, until_at__isnull=False, outcome="")
                    | Q(state=State.HANDED, case__isnull=False, until_at=None)
                    | (
                        Q(state=State.ENDED, case=None, until_at=None, ended_at__isnull=False)
                        & ~Q(outcome="")
                    )
                ),
            )
        ]
        indexes = [
            models.Index(
                fields=["until_at"], condition=Q(until_at__isnull=False), name="dialogue_by_its_timer"
            ),
            models.Index(fields=["-started_at", "id"], name="dialogue_newest"),
        ]

    @property
    def is_open(self) -> bool:
        """The assistant may still speak here."""
        return self.state in (State.ASSISTANT, State.WAITING)


class Turn(Record):
    """One thing said in a dialogue. An answer keeps what it was chosen from, how sure, and how it was received.

    `candidates` are the nearest articles, best first: `{"article", "key", "title", "score"}`; `signs` what the
    confidence was made of, for learning: `{"mode", "standing"}`.
    """

    class Speaker(models.TextChoices):
        VISITOR = "visitor", _("The user")
        ASSISTANT = "assistant", _("The assistant")

    class Act(models.TextChoices):
        ASK = "ask", _("Asked")
        PICK = "pick", _("Chose an answer")
        ANSWER = "answer", _("Answered")
        OFFER = "offer", _("Offered several answers")
        CLARIFY = "clarify", _("Asked back")
        MISS = "miss", _("Did not know")
        HANDOFF = "handoff", _("Handed over")
        FLOW = "flow", _("Step of a guided flow")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, db_index=False, related_name="turns")
    number = models.PositiveSmallIntegerField()
    speaker = models.CharField(max_length=10, choices=Speaker.choices)
    act = models.CharField(max_length=10, choices=Act.choices)
    text = EncryptedTextField(subject="dialogue.contact_id", telling=True, blank=True, default="")
    nonce = models.UUIDField(null=True, blank=True, unique=True)
    candidates = models.JSONField(default=list, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    signs = models.JSONField(default=dict, blank=True, db_default=models.Value({}, models.JSONField()))
    ranker = models.CharField(max_length=40, blank=True, default="")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.UNKNOWN)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "number"], name="turn_in_order"),
            models.CheckConstraint(
                name="turn_confidence_is_a_share", condition=Q(confidence=None) | Q(confidence__range=(0, 1))
            ),
        ]
        indexes = [models.Index(fields=["act", "-at", "id"], name="turn_by_act")]


class Handoff(Record):
    """Why and how a dialogue went to people: one, for good. `promised_at` is when somebody answers."""

    class Reason(models.TextChoices):
        ASKED = "asked", _("The user asked for a person")
        ANGER = "anger", _("The user is angry")
        FAILED = "failed", _("Several answers in a row did not help")
        UNSURE = "unsure", _("The assistant did not know")
        TOPIC = "topic", _("A topic that only people answer")
        FLOW = "flow", _("A guided flow could not go on")
        LOST = "lost", _("The assistant broke off")

    dialogue = models.OneToOneField(Dialogue, on_delete=models.CASCADE, related_name="handoff")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    intent = models.CharField(max_length=80, blank=True, default="")
    sentiment = models.CharField(max_length=20, blank=True, default="")
    is_in_hours = models.BooleanField(default=True)
    promised_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)
