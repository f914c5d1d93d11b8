"""People for the floor's own page tests, reached without naming the app that keeps them."""

import hashlib
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client


def staff(role: str = "admin") -> Any:
    """A person with one role."""
    user = get_user_model().objects.create(username=f"{role}-{get_user_model().objects.count()}")
    user.grants.create(role=role)
    return user


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def bearer(user: Any, *scopes: str) -> Client:
    """A program that acts for the person."""
    raw = f"token-of-{user.pk}-{'-'.join(scopes)}"
    user.api_tokens.create(digest=hashlib.sha256(raw.encode()).hexdigest(), hint="t", scopes=list(scopes))
    return Client(headers={"Authorization": f"Bearer {raw}"})
