"""Somebody with a browser in front of the account pages, and what reaches their phone and mailbox."""

import re
import time
from typing import Any

from django.core import signing
from django.test import Client

from huiyin.accounts.addresses import parse
from huiyin.accounts.arrivals import Arrival
from huiyin.accounts.models import User
from huiyin.accounts.services.registration import Application, sign_up
from huiyin.accounts.terms import Terms
from huiyin.core.captcha import OPENED_SALT
from huiyin.core.models import OutgoingMail, OutgoingSms

PASSWORD = "lilac-harbour-eleven"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"


def browser(agent: str = CHROME, **kwargs: Any) -> Client:
    return Client(headers={"User-Agent": agent}, **kwargs)


def by_hand(seconds: int = 10) -> dict[str, str]:
    """The hidden fields of a form that was opened some seconds ago in a browser without scripts."""
    now = time.time
    try:
        time.time = lambda: now() - seconds
        return {"opened": signing.dumps("", salt=OPENED_SALT), "website": "", "altcha": ""}
    finally:
        time.time = now


def member(address: str = "wang@example.com", *, password: str = PASSWORD, username: str = "") -> User:
    """A customer with an account, who joined with a proved address."""
    given = Application(
        terms=Terms("1", "d" * 64),
        address=parse(address) if address else None,
        username=username,
        password=password,
        name="王芳",
    )
    return sign_up(given, arrival=Arrival(address="198.51.100.7", agent=CHROME, device="d" * 32))


def last_code() -> str:
    """The digits that were sent last, by whichever way."""
    rows = [*OutgoingMail.objects.all(), *OutgoingSms.objects.all()]
    texts = [row.text for row in sorted(rows, key=lambda row: row.at)]
    found = [match.group() for text in texts if (match := re.search(r"\b\d{6}\b", text))]
    return found[-1]


def ask_for_code(client: Client, address: str, **more: Any) -> Any:
    return client.post("/account/sign-in/code/", {"address": address, **by_hand(), **more})


def enter_code(client: Client, code: str) -> Any:
    return client.post("/account/sign-in/code/entry/", {"code": code})


def sign_in(client: Client, name: str = "wang@example.com", password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/account/sign-in/", {"username": name, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200
