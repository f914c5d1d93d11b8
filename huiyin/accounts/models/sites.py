"""Host sites, which vouch for their own users, and the keys with which they do."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.core import clock
from huiyin.core.fields import EncryptedTextField
from huiyin.core.models import Record


class HostSite(Record):
    """A site of the company on which users are signed in already, and whose word about them we take.

    Its account numbers are `namespace:number` here, so that two sites never mean the same person by accident;
    without a namespace they are the very numbers that programs send as `external_id`.
    """

    name = models.CharField(max_length=80)
    issuer = models.CharField(max_length=200, unique=True)
    namespace = models.SlugField(max_length=60, blank=True, default="")
    origins = models.JSONField(default=list)
    is_trusted = models.BooleanField(default=False)  # addresses that it tells count as proved
    demands_token = models.BooleanField(default=True)  # its pages open nothing for visitors without a token
    made_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["namespace"], condition=~models.Q(namespace=""), name="site_namespace_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def number(self, subject: str) -> str:
        """The account number by which we know one of the site's users."""
        return f"{self.namespace}:{subject}" if self.namespace else subject


class HostKey(Record):
    """One key of a site. It has one algorithm for life, so that no token can choose how it is checked.

    `secret` is the shared secret of HS256, or the public key of the others.
    """

    class Algorithm(models.TextChoices):
        HS256 = "HS256", _("Shared secret (HS256)")
        RS256 = "RS256", _("RSA public key (RS256)")
        ES256 = "ES256", _("Elliptic curve public key (ES256)")

    site = models.ForeignKey(HostSite, on_delete=models.CASCADE, related_name="keys")
    kid = models.CharField(max_length=40, unique=True)
    algorithm = models.CharField(max_length=5, choices=Algorithm.choices)
    secret = EncryptedTextField()
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Why(models.TextChoices):
    """Why a signed identity was refused: for whoever builds the host site, never for its users."""

    MISSING = "missing", _("No token came, and this site lets nobody in without one")
    MALFORMED = "malformed", _("Not a signed token (JWT) with a key's name (kid) in its header")
    KEY = "key", _("The key's name (kid) is not known, or the key was revoked, or the site was closed")
    ALGORITHM = "algorithm", _("The token names another algorithm than the key has")
    SIGNATURE = "signature", _("The signature does not fit the key")
    CLAIM = "claim", _("A claim is missing or of the wrong kind: iss, aud, sub, jti, iat, exp")
    ISSUER = "issuer", _("iss is not the issuer of the site that owns the key")
    AUDIENCE = "audience", _("aud is not the address of this installation")
    EXPIRED = "expired", _("exp has passed; compare the clocks of both servers")
    EARLY = "early", _("nbf or iat lies in the future; compare the clocks of both servers")
    LIFETIME = "lifetime", _("exp is more than 15 minutes after iat")
    REPLAY = "replay", _("This jti was used before; sign a fresh token for each opening")
    ORIGIN = "origin", _("The page that sent it is none of the site's origins")
    CLOSED = "closed", _("The account that the token names is closed")
