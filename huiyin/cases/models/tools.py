"""What agents keep at hand: scripts, macros, and the words that they have not sent yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import BusinessLine, Team
from huiyin.cases.models.case import Case
from huiyin.core import clock
from huiyin.core.fields import EncryptedTextField
from huiyin.core.models import Record


class Do(models.TextChoices):
    """What an act of a macro does."""

    REPLY = "reply", _("Write a reply")
    NOTE = "note", _("Add a note")
    PRIORITY = "priority", _("Set the priority")
    CATEGORY = "category", _("Set the category")
    TAGS = "tags", _("Add tags")
    ASSIGN = "assign", _("Give it to")
    STATUS = "status", _("Set the status")
    SOLVE = "solve", _("Solve it")


class Kept(Record):
    """Something kept for use in many cases: by one person, a team, a business line, or everybody.

    At most one of `owner`, `team` and `line` is set; none of them means everybody.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey(BusinessLine, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    use_count = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def reach(self) -> str:
        """Who may use it, in one word: `me`, `team`, `line` or `all`."""
        places = {"me": self.owner_id, "team": self.team_id, "line": self.line_id}
        return next((name for name, key in places.items() if key), "all")


class Script(Kept):
    """An answer that is given often, with variables; its shortcut calls it up in the composer."""

    shortcut = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    body_zh = models.TextField(blank=True, default="")
    body_en = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shortcut"], condition=Q(owner=None, removed_at=None), name="script_shared_once"
            ),
            models.UniqueConstraint(
                fields=["owner", "shortcut"],
                condition=Q(owner__isnull=False, removed_at=None),
                name="script_own_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def body(self, language: str) -> str:
        """The text in that language, or in the other when there is none."""
        return (self.body_en or self.body_zh) if language == "en" else (self.body_zh or self.body_en)


class Macro(Kept):
    """Several acts on a case in one press; `actions` holds them in order, each a dict with its verb in `do`."""

    name = models.CharField(max_length=80)
    actions = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class Draft(Record):
    """What one person has typed about one case and not sent yet; the same on every device of theirs."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=5, choices=[("reply", "reply"), ("note", "note")], default="reply")
    body = EncryptedTextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="draft_once")]
