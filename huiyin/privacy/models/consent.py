"""What people agreed to: the texts in their versions, and each yes and no, never changed."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import Contact
from huiyin.core import clock
from huiyin.core.fields import EncryptedTextField
from huiyin.core.models import Record


class Purpose(models.TextChoices):
    """What personal data may be used for beyond what was asked of us, as the product knows it by itself.

    The company adds purposes of its own as data (`huiyin.privacy.selectors.purposes`).
    """

    POLICY = "policy", _("Privacy policy")
    SENSITIVE = "sensitive", _("Sensitive information")
    BIOMETRICS = "biometrics", _("Signing in by fingerprint or face")
    THIRD_PARTY = "third_party", _("Sharing with third parties")
    CROSS_BORDER = "cross_border", _("Transfer abroad")
    PERSONALISATION = "personalisation", _("Personalised service")
    ANALYTICS = "analytics", _("Analysis and improvement")
    MARKETING = "marketing", _("News and offers")
    GUARDIAN = "guardian", _("Account of somebody under 14")


class ConsentText(Record):
    """The words that people are shown for one purpose, in one version."""

    purpose = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    text_zh = models.TextField()
    text_en = models.TextField()
    digest = models.CharField(max_length=64)
    in_force_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"

    @property
    def text(self) -> str:
        return self.text_en if (get_language() or "").startswith("en") else self.text_zh


class Consent(Record):
    """One yes or no to one text. Rows are added, never changed; the newest for a purpose counts."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, db_index=False, related_name="+")
    purpose = models.CharField(max_length=20)
    is_given = models.BooleanField()
    text_version = models.PositiveIntegerField()
    text_digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=20)
    address = EncryptedTextField(subject="contact_id", blank=True, default="")
    by_kind = models.CharField(max_length=10)
    by_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["contact", "purpose", "-id"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.is_given} {self.contact_id}"
