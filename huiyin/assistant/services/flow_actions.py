"""Other systems that flows ask: set up, and asked by a signed request that has to answer within seconds.

Signed as our webhooks are (Standard Webhooks), so that a receiver verifies both with the same library.
"""

import base64
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from huiyin.accounts.models import User
from huiyin.assistant import events
from huiyin.assistant.flowing.judging import NAME
from huiyin.assistant.models import FlowAction, FlowLookup
from huiyin.assistant.services.flows import KEY
from huiyin.assistant.services.writing import may_leave
from huiyin.assistant.writing.cleaning import visible
from huiyin.core import clock, egress, journal
from huiyin.core.errors import Conflict, Invalid

Outcome = FlowLookup.Outcome
MOST_ANSWER = 16 * 1024
MOST_VALUE = 500


@dataclass(frozen=True)
class Told:
    """What another system said."""

    outcome: str
    values: Mapping[str, str] = field(default_factory=dict)


class _Failed(Exception):
    """Nothing of use came; the reason is a stable word."""


@transaction.atomic
def open(values: Mapping[str, Any], *, by: User) -> FlowAction:
    """A system to ask, with a fresh secret. Refuses as `change`, and a key that is taken.

    Events: flow_action.changed.
    """
    if not KEY.fullmatch(values["key"]):
        raise Invalid("key_invalid", _("Use small letters, digits and hyphens, at most 60."), field="key")
    action = _set(FlowAction(key=values["key"], secret=_fresh_secret()), values)
    try:
        with transaction.atomic():
            action.save(force_insert=True)
    except IntegrityError as taken:
        raise Conflict("key_taken", _("There is a system with this name already."), field="key") from taken
    return _told(action, "opened", by)


@transaction.atomic
def change(action: FlowAction, values: Mapping[str, Any], *, by: User) -> FlowAction:
    """Another title, address, time-out or names. Refuses an address that is none, or not declared as a recipient.

    Events: flow_action.changed.
    """
    _set(action, values).save()
    return _told(action, "changed", by)


@transaction.atomic
def renew_secret(action: FlowAction, *, by: User) -> FlowAction:
    """A fresh secret at once; the former one signs nothing any more. Events: flow_action.changed."""
    action.secret = _fresh_secret()
    action.save(update_fields=["secret"])
    return _told(action, "secret", by)


@transaction.atomic
def remove(action: FlowAction, *, by: User) -> None:
    """Ask it no more. Flows that do will give their users to people. Events: flow_action.changed."""
    _told(action, "removed", by)
    action.delete()


def ask(key: str, values: Mapping[str, str], *, id: str) -> Told:
    """What the system says to these values; `id` is the same for the same question. Never raises.

    Call it outside transactions: it waits up to the system's time-out.
    """
    action = FlowAction.objects.filter(key=key).first()
    if action is None:
        return Told(Outcome.FAILED)
    began, reason = time.monotonic(), ""
    try:
        told = _answered(action, _sent(action, values, id))
    except _Failed as failed:
        told, reason = Told(Outcome.FAILED), str(failed)
    ms = int((time.monotonic() - began) * 1000)
    FlowLookup(action=action, outcome=told.outcome, reason=reason[:40], ms=ms).save(force_insert=True)
    return told


def _sent(action: FlowAction, values: Mapping[str, str], id: str) -> egress.Answer:
    if not may_leave(action.url):
        raise _Failed("undeclared")
    at = clock.now()
    data = {"action": action.key, "fields": dict(values)}
    body = msgspec.json.encode({"type": "flow.lookup", "timestamp": at, "data": data})
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": "Huiyin-Flows/1",
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(action.secret).sign(id, at, body.decode()),
    }
    try:
        return egress.request("POST", action.url, content=body, headers=headers, seconds=action.seconds)
    except egress.EgressError as problem:
        raise _Failed("blocked" if isinstance(problem, egress.Blocked) else "unreachable") from problem


def _answered(action: FlowAction, answer: egress.Answer) -> Told:
    if answer.status == 404:
        return Told(Outcome.ABSENT)
    if not 200 <= answer.status < 300:
        raise _Failed(f"http_{answer.status}")
    if len(answer.body) > MOST_ANSWER:
        raise _Failed("too_long")
    try:
        said = msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise _Failed("junk") from problem
    given, found = said.get("values", {}), said.get("found", True)
    if not isinstance(given, dict) or not isinstance(found, bool):
        raise _Failed("junk")
    if not found:
        return Told(Outcome.ABSENT)
    return Told(Outcome.FOUND, {name: _plain(given[name]) for name in action.gives if name in given})


def _plain(value: Any) -> str:
    """A value as words; what is no plain value says nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(str(value))[:MOST_VALUE] if isinstance(value, str | int | float) else ""


def _set(action: FlowAction, values: Mapping[str, Any]) -> FlowAction:
    title, url = str(values["title"]).strip(), str(values["url"]).strip()
    if not title or len(title) > 120:
        raise Invalid("title_invalid", _("Give it a title of at most 120 characters."), field="title")
    _check_address(url)
    if not 1 <= int(values["seconds"]) <= 8:
        raise Invalid("seconds_invalid", _("Between 1 and 8 seconds, please."), field="seconds")
    action.title, action.url, action.seconds = title, url, int(values["seconds"])
    action.gives = _names(values["gives"])
    return action


def _check_address(url: str) -> None:
    try:
        egress.check_url(url)
    except egress.Blocked as problem:
        raise Invalid(
            "address_invalid", _("Use an address that begins with https://."), field="url"
        ) from problem
    if not may_leave(url):
        told = _("Declare this recipient, its purpose and its country in the register of recipients first.")
        raise Invalid("recipient_undeclared", told, field="url")


def _names(given: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in given if name.strip()))
    if not all(NAME.fullmatch(name) for name in names) or len(names) > 20:
        told = _("Names of small letters, digits and underscores, at most 20.")
        raise Invalid("names_invalid", told, field="gives")
    return names


def _told(action: FlowAction, what: str, by: User) -> FlowAction:
    journal.publish(events.FlowActionChanged(subject=str(action.id), what=what), by=by.actor)
    return action


def _fresh_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
