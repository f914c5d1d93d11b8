"""Apps of others that may act here, what people let them do, and the keys with which we sign who somebody is.

The terms of OAuth (addresses, scopes, kinds of grant) and the tokens stand in allauth's own two tables.
"""

from datetime import datetime

from allauth.idp.oidc.models import Client
from django.conf import settings
from django.db import models
from django.db.models import Q

from huiyin.core import clock
from huiyin.core.fields import EncryptedTextField
from huiyin.core.models import Record

# Kinds of allauth's tokens that are ours: used up, and kept so that a second use is noticed.
SPENT_CODE, SPENT_REFRESH = "sc", "sr"


class RegisteredApp(Record):
    """What we know of a client beyond its terms. Its secret is random, so a plain digest keeps it."""

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="app")
    home = models.CharField(max_length=200, blank=True, default="")
    # Where the app hears that somebody signed out here (OpenID Connect Back-Channel Logout 1.0).
    logout_uri = models.CharField(max_length=400, blank=True, default="", db_default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    former_digest = models.CharField(max_length=64, blank=True, default="")
    former_until = models.DateTimeField(null=True, blank=True)
    # Whose rights limit the app when it acts for nobody but itself.
    acts_as = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    disabled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.client.name

    def digests(self, at: datetime) -> list[str]:
        """Of the secrets that open now: the one, and for a while the one before it."""
        former = self.former_digest if self.former_until and self.former_until > at else ""
        return [each for each in (self.digest, former) if each]


class Connection(Record):
    """A person let an app act for them; without it none of its tokens works."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="connections")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="connections")
    scopes = models.JSONField(default=list)
    since = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "client"], condition=Q(ended_at=None), name="one_connection_an_app"
            )
        ]


class AppSession(Record):
    """An app let somebody in through a browser that is signed in here; `id` is what the app knows it by (`sid`)."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="sessions")
    session = models.ForeignKey(
        "accounts.Session", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "connection"], name="one_app_session_a_browser")
        ]


class SigningKey(Record):
    """An RSA key of ours, sealed. Published a day before it signs, and after that until its last token expired."""

    generation = models.PositiveIntegerField(unique=True)
    pem = EncryptedTextField()
    made_at = models.DateTimeField(default=clock.now)
    signs_from = models.DateTimeField(default=clock.now)
    published_until = models.DateTimeField(null=True, blank=True)
