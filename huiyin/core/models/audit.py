"""The audit chain: who did or read what, each row sealed to the one before; and the months that were closed.

Every column but the numbers is text in one fixed spelling, so that what is signed is what is stored, byte for
byte, on every database.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.core.ids import uuid7
from huiyin.core.models.record import Record


class AuditEntry(models.Model):
    """One act: ids, words of the code and a pseudonym, never a name or a text of a person. Rows are only added.

    `mac` signs the row when it is written. The sealer then gives it its place in the chain: `seq` without a
    gap, and `seal`, which signs the row together with the seal before it.
    """

    class Result(models.TextChoices):
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")

    row = models.BigAutoField(primary_key=True)
    id = models.CharField(max_length=36, default=uuid7, unique=True, editable=False)
    seq = models.BigIntegerField(null=True, unique=True)
    at = models.CharField(max_length=27)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    behind_id = models.CharField(max_length=64, blank=True, default="")
    action = models.CharField(max_length=80)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64, blank=True)
    result = models.CharField(max_length=10, choices=Result.choices)
    address = models.CharField(max_length=43, blank=True, default="")
    request = models.CharField(max_length=16, blank=True, default="")
    detail = models.TextField(default="{}")
    key_id = models.CharField(max_length=16)
    mac = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["row"]
        indexes = [
            models.Index(fields=["action", "row"], name="audit_action"),
            models.Index(fields=["actor_id", "row"], name="audit_actor"),
            models.Index(fields=["object_kind", "object_id", "row"], name="audit_object"),
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["row"], name="audit_unsealed", condition=Q(seal="")),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.object_kind}:{self.object_id}"


class AuditHead(Record):
    """The last sealed row. Who seals holds this one row's lock, so that the chain never forks."""

    name = models.CharField(max_length=8, unique=True, default="chain")
    seq = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True, default="")


class AuditSegment(Record):
    """A closed month of the chain. Its rows may be removed once they are old; their seals stay summed up here."""

    month = models.CharField(max_length=7, unique=True)
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    before = models.CharField(max_length=64, blank=True)
    last_seal = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    removed_at = models.CharField(max_length=27, blank=True, default="")
    key_id = models.CharField(max_length=16)
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ["month"]
