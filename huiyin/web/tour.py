"""The tour: one voice through the whole loop, by the newcomer's own hands. It ticks itself off from the journal."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.core import journal

PREFERENCE = "tour"
HIDDEN = "hidden"
READ = 5000  # facts; a tour is walked in one go, not over months


@dataclass(frozen=True)
class Stop:
    """One step, done when the fact was told: by this person themselves, or by anybody's doing."""

    icon: str
    title: str
    text: str
    url: str
    is_done: bool


def tour_of(user: User) -> dict[str, Any] | None:
    """Where this person stands on the tour; nothing when they have put it away."""
    since = user.preferences.get(PREFERENCE)
    if since == HIDDEN:
        return None
    if not isinstance(since, int):
        return {"is_begun": False}
    told = set(journal.facts_since(since, most=READ).values_list("name", "actor_kind", "actor_id"))
    stops = _stops(anybody={name for name, _kind, _id in told}, mine=_names_of(user, told))
    done = sum(stop.is_done for stop in stops)
    return {"is_begun": True, "stops": stops, "done": done, "is_finished": done == len(stops)}


def _names_of(user: User, told: set[tuple[str, str, str]]) -> set[str]:
    return {name for name, kind, key in told if (kind, key) == ("user", str(user.id))}


def _stops(*, anybody: set[str], mine: set[str]) -> list[Stop]:
    newest = f"{reverse('case_list')}?view=open"
    return [
        Stop(
            "message-plus",
            _("Say something as a user"),
            _("The request form opens in a new tab. Write as somebody whom your product let down."),
            reverse("request_new"),
            "voice.recorded" in anybody,
        ),
        Stop(
            "send",
            _("Answer it"),
            _("It is on top of the open cases already, with its clocks running. Click a clock to see why."),
            newest,
            "case.replied" in mine,
        ),
        Stop(
            "circle-check",
            _("Solve it"),
            _("Say what was done. Solved is our word; the user is asked for theirs."),
            newest,
            "case.solved" in mine,
        ),
        Stop(
            "arrow-back-up",
            _("Say that it is not settled"),
            _("Back in the user's tab. The case comes back, more urgent, to somebody senior."),
            reverse("request_list"),
            "case.reopened" in anybody,
        ),
        Stop(
            "heart-handshake",
            _("Solve it again, and let the user confirm"),
            _("Only now is it over. All that happened stands in the case's timeline, and stays there."),
            newest,
            "case.confirmed" in anybody,
        ),
    ]
