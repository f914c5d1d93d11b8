"""Short messages that the next page shows: said by a view, carried in a signed cookie, shown once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

LEVELS = {"": messages.INFO, "good": messages.SUCCESS, "breach": messages.ERROR}
TONES = {level: tone for tone, level in LEVELS.items()}


def tell(request: HttpRequest, text: str, *, tone: str = "", undo_url: str = "") -> None:
    """Show this on the page that follows; `undo_url` takes a POST that undoes what was done."""
    messages.add_message(request, LEVELS[tone], text, extra_tags=undo_url)


def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """What is to be shown now; each is shown once."""
    return [
        {"text": said.message, "tone": TONES.get(said.level, ""), "undo_url": said.extra_tags}
        for said in messages.get_messages(request)
    ]
