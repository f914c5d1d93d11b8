"""What somebody of the staff is told by the bell: a fact of the journal that concerns this person."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models.case import Case
from huiyin.core import clock
from huiyin.core.models import JournalEntry, Record


class Notice(Record):
    """One fact for one person, told once; read or not. Without a case it is about something of an app above."""

    class Kind(models.TextChoices):
        MENTIONED = "mentioned", _("Mentioned")
        ASSIGNED = "assigned", _("Given to you")
        WATCHED = "watched", _("Watched case")
        DUE = "due", _("Deadline")
        TOLD = "told", _("News")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(JournalEntry, on_delete=models.CASCADE, db_index=False, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "user"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notice_newest"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
        ]
