"""Tables of the floor."""

from django.db import models

from huiyin.core.ids import uuid7


class Record(models.Model):
    """A row with a UUIDv7 key, made by us before the insert."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
