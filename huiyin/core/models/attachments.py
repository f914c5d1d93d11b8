"""Files that people sent, by scalar owner, so that any app can own them."""

from django.db import models

from huiyin.core import clock
from huiyin.core.fields import EncryptedTextField
from huiyin.core.models.record import Record


class Attachment(Record):
    """One stored file. Its name on disk is ours; the sender's name is sealed and only ever shown."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        CLAIMED = "claimed"

    owner_kind = models.CharField(max_length=32, blank=True, default="")
    owner_id = models.CharField(max_length=64, blank=True, default="")
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    name = EncryptedTextField(telling=True)
    stored_as = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by_kind = models.CharField(max_length=8)
    by_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["owner_kind", "owner_id"], name="attachment_owner"),
            models.Index(fields=["at"], condition=models.Q(status="waiting"), name="attachment_waiting"),
        ]

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")
