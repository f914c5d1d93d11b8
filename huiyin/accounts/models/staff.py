"""What administration of staff keeps: invitations, requests for trust, limits of access, reviews, borrowed eyes."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models.organisation import BusinessLine, Team
from huiyin.accounts.models.users import Grant, Role
from huiyin.core import clock
from huiyin.core.fields import BlindIndexField, EncryptedTextField
from huiyin.core.models import Record


class Invitation(Record):
    """A letter that lets one person in, once, within 72 hours. Only the digest of its key is kept."""

    email = EncryptedTextField()
    index = BlindIndexField()
    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    line = models.ForeignKey(BusinessLine, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    grant_until = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["index"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation",
            )
        ]

    def is_open(self, at: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > at


class TrustRequest(Record):
    """A grant of weight that a second administrator has to agree to before it holds."""

    class Decision(models.TextChoices):
        WAITING = "waiting", _("Waiting for a second person")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    line = models.ForeignKey(BusinessLine, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    grant_until = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(decision="waiting"), name="one_open_trust_request"
            )
        ]


class AccessRule(Record):
    """From where and when a role, or one person, may work. Empty lists limit nothing."""

    role = models.CharField(max_length=20, choices=Role.choices, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    networks = models.JSONField(default=list, blank=True)
    days = models.CharField(max_length=7, blank=True, default="")  # ISO weekdays, "12345"
    begins = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role"], condition=~Q(role=""), name="one_rule_a_role"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(user__isnull=False), name="one_rule_a_person"
            ),
        ]


class BorrowedEyes(Record):
    """A member of staff sees the pages as another person does: for a reason, for a while, visible to that person."""

    class Reason(models.TextChoices):
        REPORTED = "reported", _("The person reported a fault and asked us to look")
        SUPPORT = "support", _("Helping the person during a call")
        ACCESS = "access", _("Checking what the person's rights show")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    began_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by"], condition=Q(ended_at=None), name="one_pair_of_eyes")
        ]


class AccessReview(Record):
    """One look at all rights: opened every quarter, closed when each was kept or taken away."""

    quarter = models.CharField(max_length=7, unique=True)  # 2026-Q4
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)


class ReviewDecision(Record):
    """What one review said about one grant."""

    class Verdict(models.TextChoices):
        KEEP = "keep", _("Keep")
        REVOKE = "revoke", _("Take away")

    review = models.ForeignKey(
        AccessReview, on_delete=models.CASCADE, db_index=False, related_name="decisions"
    )
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "grant"], name="one_verdict_a_review")]
