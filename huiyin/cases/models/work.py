"""What staff and users add to a case: notes, mentions, saved views, the user's own verdict."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from huiyin.cases.models.case import Case
from huiyin.core import clock
from huiyin.core.models import Record


class Note(Record):
    """Words among staff; a type of its own, so that no flag can ever send it to a user."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.TextField()
    attachment_count = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="note_in_order")]


class Mention(Record):
    """Somebody was called into a case by a note."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, db_index=False, related_name="mentions")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="mention_once")]
        indexes = [models.Index(fields=["user", "case"], condition=Q(seen_at=None), name="mention_unseen")]


class Confirmation(Record):
    """The user's own word on one solution: settled or not, how it was, in their words."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="confirmations")
    is_settled = models.BooleanField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.TextField(blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=5), name="confirmation_score"
            )
        ]


class SavedView(Record):
    """A filter that somebody keeps, for themself or for everyone."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    is_shared = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_name")]
