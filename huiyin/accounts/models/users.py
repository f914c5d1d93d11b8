"""Users who sign in, and the roles granted to them."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from huiyin.core import clock
from huiyin.core.actors import Actor
from huiyin.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from huiyin.core.i18n import is_english
from huiyin.core.ids import uuid7
from huiyin.core.models import Record

NAME_IN_ENGLISH = "name_en"


class Role(models.TextChoices):
    """What a person is trusted with. Policies ask for these words and nothing else."""

    AGENT = "agent", _("Agent")
    SENIOR = "senior", _("Senior agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    OWNER = "owner", _("Experience owner")
    MANAGER = "manager", _("Product manager")
    ENGINEER = "engineer", _("Engineer")
    AUDITOR = "auditor", _("Auditor")
    EXTERNAL = "external", _("External auditor")
    ADMIN = "admin", _("Administrator")


class UserManager(BaseUserManager["User"]):
    """Finds a user by the name they sign in with, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who can sign in: staff, or a customer with an account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=64, unique=True)
    display_name = EncryptedTextField(subject="id", blank=True, default="")
    email = EncryptedTextField(subject="id", blank=True, default="")
    email_index = BlindIndexField(db_index=True, blank=True, default="")
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone = EncryptedTextField(subject="id", blank=True, default="", db_default="")
    phone_index = BlindIndexField(db_index=True, blank=True, default="", db_default="")
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True, default="")
    time_zone = models.CharField(max_length=40, blank=True, default="Asia/Shanghai")
    preferences = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)
    joined_from = EncryptedJSONField(subject="id", null=True, blank=True)
    password_set_at = models.DateTimeField(null=True, blank=True)
    trust_changed_at = models.DateTimeField(null=True, blank=True)
    second_step = models.CharField(max_length=10, blank=True, default="", db_default="")
    # Somebody under 14 whose guardian has not agreed yet: signed in, and let no further.
    waits_for_guardian = models.BooleanField(default=False, db_default=False)

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[f"{kind}_index"],
                condition=Q(**{f"{kind}_verified_at__isnull": False}),
                name=f"user_{kind}_once",
            )
            for kind in ("email", "phone")
        ]

    def __str__(self) -> str:
        """What this person is called by a reader of English, if they gave such a name; else their name."""
        spoken = self.preferences.get(NAME_IN_ENGLISH, "") if is_english() else ""
        return spoken or self.display_name or self.username

    @cached_property
    def held(self) -> tuple[tuple[str, UUID | None, UUID | None], ...]:
        """Role, business line and team of each grant in force now; one query, then kept on this object."""
        return tuple(self.grants.in_force(clock.now()).values_list("role", "line_id", "team_id"))

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles in force now, wherever they hold."""
        return frozenset(role for role, _line, _team in self.held)

    @property
    def is_staff_member(self) -> bool:
        return self.is_active and bool(self.roles)

    @property
    def actor(self) -> Actor:
        return Actor("user", str(self.id), str(self))


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, at: datetime) -> "GrantQuerySet":
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


class Grant(Record):
    """A role given to a person, perhaps for one business line or team, perhaps for a time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    line = models.ForeignKey(
        "accounts.BusinessLine", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    team = models.ForeignKey(
        "accounts.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    granted_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    def is_in_force(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)
