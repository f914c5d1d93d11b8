"""Programs that talk to the house while it is being killed, and repeat each request until they are answered."""

import random
import threading
import time
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx

from tests.faults.ledger import Ledger

AGAIN = {429, 500, 502, 503, 504}
# A client gives up only when the house is gone for good: the siege leaves it a second or so between its deaths,
# and what is promised is that nothing acknowledged is lost, not how soon a dying house acknowledges.
PATIENCE = 600.0
WORDS = ("付款成功但是会员没有到账", "App 打开就闪退", "我要投诉配送太慢", "How do I export my data?")


class Unanswered(Exception):
    """The house did not answer in time, or refused what it must take."""


class Client(threading.Thread):
    """One story after another: a voice, a reply, a solution, and now and then the user's word on it."""

    def __init__(self, url: str, token: str, ledger: Ledger, *, seed: int) -> None:
        super().__init__(name=f"client-{seed}", daemon=True)
        self._http = httpx.Client(base_url=url, timeout=15)
        self._bearer = {"Authorization": f"Bearer {token}"}
        self._ledger = ledger
        self._dice = random.Random(seed)
        self._stopping = threading.Event()
        self.tally: Counter[str] = Counter()
        self.acknowledged = 0
        self.problems: list[str] = []

    def stop(self) -> None:
        """After the story that it is telling."""
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._story()
            except Unanswered as problem:
                self.problems.append(str(problem))
        self._http.close()

    def _story(self) -> None:
        told = self._voice()
        case, follow = told["case"]["number"], told["case"]["follow_url"].rstrip("/").rpartition("/")[2]
        self._say("reply", f"/cases/{case}/replies", "body")
        if self._dice.random() < 0.3:
            self._say("message", f"/follow/{follow}/messages", "text", known=False)
        if self._dice.random() < 0.6:
            self._say("solution", f"/cases/{case}/transitions", "resolution", to="solved")
            if self._dice.random() < 0.5:
                settled = self._dice.random() < 0.5
                self._say("word", f"/follow/{follow}/confirmation", "comment", known=False, settled=settled)

    def _voice(self) -> dict[str, Any]:
        person = self._dice.randrange(40)
        contact = {"external_id": f"user-{person}"}
        if person % 2:
            contact["email"] = f"user-{person}@example.com"
        return self._say("voice", "/voices", "text", source="api", contact=contact)

    def _say(self, kind: str, path: str, field: str, *, known: bool = True, **more: Any) -> dict[str, Any]:
        """Send one request until it is acknowledged; its words carry its key."""
        key = uuid4().hex
        words = f"[{key}] {self._dice.choice(WORDS)}"
        self._ledger.sent(key, kind, words)
        headers = {**(self._bearer if known else {}), "Idempotency-Key": key}
        response = self._until_answered(path, {**more, field: words}, headers)
        if response.status_code >= 400:
            raise Unanswered(f"{kind} {path}: {response.status_code} {response.text[:200]}")
        self._ledger.acknowledged(
            key, kind, words, status=response.status_code, answer=response.json().get("number", "")
        )
        self.tally[kind] += 1
        self.acknowledged += 1
        return response.json()

    def _until_answered(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                response = self._http.post(f"/api/v1{path}", json=body, headers=headers)
            except httpx.HTTPError as problem:
                self.tally["cut off" if _was_sent(problem) else "unreachable"] += 1
                time.sleep(0.1)
                continue
            if response.status_code not in AGAIN and not _in_progress(response):
                self.tally["replayed"] += "Idempotent-Replayed" in response.headers
                return response
            self.tally[f"asked to repeat ({response.status_code})"] += 1
            time.sleep(min(float(response.headers.get("Retry-After", 0.2)), 2.0))
        raise Unanswered(f"{path}: no answer in {PATIENCE:.0f} s")


def _was_sent(problem: httpx.HTTPError) -> bool:
    """The house had the request and died before it answered: the case that keys are for."""
    return not isinstance(problem, httpx.ConnectError | httpx.ConnectTimeout)


def _in_progress(response: httpx.Response) -> bool:
    return response.status_code == 409 and response.json().get("code") == "request_in_progress"
