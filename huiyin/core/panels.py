"""Panels: what an app above shows on a page of an app below, which never hears of it.

    panels.register(panels.Panel("case", "assistant/case_panel.html", panel_of, shows=came_by_chat))

`{% panels "case" case %}` on the page renders every panel of that place that has something to show.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Context = dict[str, Any]


def _always(subject: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page. `shows` decides without a query; `context(user, subject)` may still answer None."""

    place: str
    template: str
    context: Callable[[Any, Any], Context | None]
    shows: Callable[[Any], bool] = _always


_panels: list[Panel] = []


def register(panel: Panel) -> None:
    """Once an app, in `apps.ready()`; the same panel twice is one."""
    if panel not in _panels:
        _panels.append(panel)


def shown(place: str, user: Any, subject: Any) -> Iterator[tuple[str, Context]]:
    """Template and context of each panel that this person sees beside that subject."""
    for panel in _panels:
        if panel.place == place and panel.shows(subject):
            context = panel.context(user, subject)
            if context is not None:
                yield panel.template, context
