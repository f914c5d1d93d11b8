"""Who answers for somebody under 14, what they said and until when we wait; and that it had been a mistake."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Contact, Way
from huiyin.core import clock
from huiyin.core.fields import BlindIndexField, EncryptedTextField
from huiyin.core.models import Record


class Guardianship(Record):
    """One request to a guardian and its answer. The words that were answered, with time and place, are a `Consent`.

    The guardian is known by one address alone, sealed under the child's key: it goes when the child is forgotten.
    """

    class Status(models.TextChoices):
        ASKED = "asked", _("Waiting for an answer")
        GIVEN = "given", _("Agreed")
        REFUSED = "refused", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Not answered in time")
        CALLED_OFF = "called_off", _("Called off")

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    way = models.CharField(max_length=10, choices=Way.choices)
    address = EncryptedTextField(subject="contact_id", telling=True)
    index = BlindIndexField()
    asked_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(status__in=["asked", "given"]),
                name="guardianship_once_at_a_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=models.Q(status="asked"), name="guardianship_waiting"
            )
        ]

    @property
    def is_late(self) -> bool:
        return self.expires_at <= clock.now()

    def __str__(self) -> str:
        return f"{self.status} {self.contact_id}"


class AgeCorrection(Record):
    """Staff entered that somebody had never been under 14, and wrote how they know: sealed under that person's key."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField(subject="contact_id", telling=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"age of {self.contact_id}"
