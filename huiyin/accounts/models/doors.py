"""What sign-in keeps: one-time codes, sessions, the record of attempts, setbacks after failures, rules of roles."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models.users import Role
from huiyin.core import clock
from huiyin.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from huiyin.core.models import Record


class Way(models.TextChoices):
    """How a code reaches somebody."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class Door(models.TextChoices):
    """How somebody came in."""

    PASSWORD = "password", _("Password")
    EMAIL_CODE = "email_code", _("Code by e-mail")
    PHONE_CODE = "phone_code", _("Code by text message")
    PASSKEY = "passkey", _("Passkey")
    SOCIAL = "social", _("Account of another service")
    HOST = "host", _("Signed in on the company's own site")
    RECOVERY = "recovery", _("Recovery code")


class OneTimeCode(Record):
    """A code that was sent to an address. Only its keyed digest is kept; it opens once, for the browser that asked."""

    class Purpose(models.TextChoices):
        ENTER = "enter", _("Sign in or sign up")
        SECOND = "second", _("Second step of signing in")
        CONFIRM = "confirm", _("Confirm that it is you")
        ADDRESS = "address", _("Confirm an address")
        RESET = "reset", _("Choose a new password")

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    way = models.CharField(max_length=10, choices=Way.choices)
    address = EncryptedTextField()
    index = BlindIndexField(db_index=True)
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )


class Session(Record):
    """One browser that is signed in. Ending it removes the key from the store, which every process reads."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    key = models.CharField(max_length=40, unique=True, null=True)
    door = models.CharField(max_length=12, choices=Door.choices)
    factor = models.CharField(max_length=20, blank=True, default="")
    device = EncryptedTextField(subject="user_id", blank=True, default="")
    address = EncryptedTextField(subject="user_id", blank=True, default="")
    place = EncryptedTextField(subject="user_id", blank=True, default="")
    began_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=20, blank=True, default="")

    @property
    def is_live(self) -> bool:
        return self.ended_at is None


class SignIn(Record):
    """One attempt to come in that named a known account, and how it ended."""

    class Result(models.TextChoices):
        LET_IN = "let_in", _("Signed in")
        WRONG = "wrong", _("Wrong password or code")
        REFUSED = "refused", _("Refused")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts")
    door = models.CharField(max_length=12, choices=Door.choices)
    result = models.CharField(max_length=10, choices=Result.choices)
    reason = models.CharField(max_length=40, blank=True, default="")
    device = EncryptedTextField(subject="user_id", blank=True, default="")
    device_index = BlindIndexField(db_index=True, blank=True, default="")
    address = EncryptedTextField(subject="user_id", blank=True, default="")
    place = EncryptedTextField(subject="user_id", blank=True, default="")
    place_index = BlindIndexField(blank=True, default="")
    is_new_device = models.BooleanField(default=False)
    is_new_place = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now, db_index=True)


class Setback(Record):
    """Failures under one name, whether or not it belongs to anybody; each makes the next wait longer."""

    index = BlindIndexField(unique=True)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    def is_in_force(self, at: datetime) -> bool:
        return self.until is not None and self.until > at


class RoleRule(Record):
    """What a role asks of those who hold it when they sign in."""

    role = models.CharField(max_length=20, choices=Role.choices, unique=True)
    needs_second_factor = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=clock.now)


class SpentToken(Record):
    """A signed identity that was used; kept until it would have expired, so that it works once."""

    index = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)


class LinkedAccount(Record):
    """An account at another service, known by its issuer and its subject there, never by a name or an address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="linked"
    )
    provider = models.CharField(max_length=40)
    subject = EncryptedTextField(subject="user_id")
    index = BlindIndexField()
    label = EncryptedTextField(subject="user_id", blank=True, default="")
    details = EncryptedJSONField(subject="user_id", null=True, blank=True)
    linked_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "index"], name="linked_account_once"),
            models.UniqueConstraint(fields=["user", "provider"], name="one_account_of_a_provider"),
        ]
