"""Who drives the JSON API in tests: a program with somebody's token, and a user with none."""

from typing import Any

from django.test import Client

from huiyin.accounts import services as accounts
from huiyin.accounts.models import User
from huiyin.cases.models import Case
from huiyin.cases.selectors import follow_key
from huiyin.core.actors import SYSTEM

API = "/api/v1"


class Program:
    """Speaks JSON; without a user it is anybody on the internet."""

    def __init__(self, user: User | None = None, *scopes: str) -> None:
        secret = accounts.issue_token(user, scopes=list(scopes) or None, by=SYSTEM)[1] if user else ""
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.client = Client(headers=headers, raise_request_exception=False)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(API + path, headers=headers)

    def post(self, path: str, body: Any = None, *, key: str = "", **given: Any) -> Any:
        return self.send("post", path, body, key=key, **given)

    def patch(self, path: str, body: Any) -> Any:
        return self.send("patch", path, body)

    def send(self, method: str, path: str, body: Any = None, *, key: str = "", **given: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        send = getattr(self.client, method)
        return send(
            API + path,
            {} if body is None else body,
            **{"content_type": "application/json", "headers": headers, **given},
        )


def at(case: Case, rest: str = "") -> str:
    return f"/cases/{case.reference}{rest}"


def own(case: Case, rest: str = "") -> str:
    """The contact's own side of the case."""
    return f"/follow/{follow_key(case)}{rest}"


def fields_of(answered: Any) -> list[str]:
    """The fields that a refusal names."""
    return [error["field"] for error in answered.json().get("errors", [])]
