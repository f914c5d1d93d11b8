"""Who may be told what: apps above object to an address, or to one fact for one endpoint."""

from collections.abc import Callable, Sequence

from huiyin.core.errors import Invalid
from huiyin.core.models import JournalEntry, WebhookEndpoint

Objection = Callable[[str, Sequence[str]], str]
Guard = Callable[[WebhookEndpoint, JournalEntry], bool]
_objections: list[Objection] = []
_guards: list[Guard] = []


def register(*, objection: Objection, guard: Guard) -> None:
    """`objection(url, events)` answers why this address may not hear these events; `guard` judges each fact."""
    _objections.append(objection)
    _guards.append(guard)


def check(url: str, event_names: Sequence[str]) -> None:
    """Refuse an address to which somebody objects."""
    for objection in _objections:
        if reason := objection(url, event_names):
            raise Invalid("recipient_undeclared", reason, field="url")


def may_hear(endpoint: WebhookEndpoint, entry: JournalEntry) -> bool:
    return all(guard(endpoint, entry) for guard in _guards)
