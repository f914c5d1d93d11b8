"""Proof-of-work challenges that were used, so that a solved answer counts once."""

from django.db import models


class SpentChallenge(models.Model):
    """One used challenge, by the hash of its signature, until it would have expired anyway."""

    key = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
