"""Contacts, the people whom we serve, and the identities by which we know them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.core import clock, shroud
from huiyin.core.actors import Actor
from huiyin.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from huiyin.core.models import Record


class Tier(models.TextChoices):
    """How much is at stake in keeping this person."""

    STANDARD = "standard", _("Standard")
    MEMBER = "member", _("Member")
    VIP = "vip", _("VIP")


class Contact(Record):
    """A person whom we serve; may have an account, may be known by an e-mail address alone."""

    name = EncryptedTextField(subject="id", telling=True, blank=True, default="")
    city = EncryptedTextField(subject="id", telling=True, blank=True, default="")
    attributes = EncryptedJSONField(subject="id", telling=True, default=dict, blank=True)
    tier = models.CharField(max_length=10, choices=Tier.choices, default=Tier.STANDARD)
    language = models.CharField(max_length=10, blank=True, default="")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # What they chose last for each purpose: a copy of their consents that every read of the row brings along.
    choices = models.JSONField(default=dict, db_default={}, blank=True)
    # The year in which somebody under 14 turns 14, the only thing asked about their age; nothing for all others.
    minor_until = models.PositiveSmallIntegerField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return shroud.name(self.name) or str(_("Visitor"))

    @property
    def is_minor(self) -> bool:
        """Under 14, as far as we were told; the whole of the year counts, since no day was asked for."""
        return self.minor_until is not None and self.minor_until >= clock.now().year

    @property
    def actor(self) -> Actor:
        return Actor("contact", str(self.id), str(self))


class Identity(Record):
    """One way to know and reach a contact. Values are sealed; equality is found by the blind index."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        EXTERNAL = "external_id", _("Account number")
        WECHAT = "wechat", _("WeChat")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    value = EncryptedTextField(subject="contact_id", telling=True)
    index = BlindIndexField()
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "index"], name="identity_once")]


class ContactMerge(Record):
    """Two contacts were found to be one person: `gone` speaks as `kept` from then on, until they are split again.

    Nothing that either said or was promised moves, so that a mistake can be undone; `members` are those who had
    been merged into `gone` before, and `user` the account that came over.
    """

    kept = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    gone = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    members = models.JSONField(default=list, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_kind = models.CharField(max_length=8)
    by_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(undone_at=None), name="contact_merged_once"
            )
        ]
