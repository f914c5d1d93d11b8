"""Whether the present reader may see who somebody is: drawn for guests, who audit the work and not the people.

While it is drawn, columns that a person is known by open as masks, and free text goes through `words`, which hides
what the app for language recognises and whatever such columns of this request held.
"""

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar, copy_context
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from huiyin.core import trees

Mask = Callable[[str], str]
SHORTEST = 4  # Latin letters or digits of a name by which somebody is known in a text; of other scripts half
NOTHING: frozenset[str] = frozenset()

_drawn: ContextVar[bool] = ContextVar("shroud", default=False)
_known: ContextVar[frozenset[str]] = ContextVar("shroud_known", default=NOTHING)
_masks: list[Mask] = []


def mask_by(mask: Mask) -> None:
    """The app that recognises personal data in free text says how it is hidden."""
    if mask not in _masks:
        _masks.append(mask)


def lift() -> None:
    """The beginning of every request: nothing is hidden yet."""
    _drawn.set(False)
    _known.set(NOTHING)


def draw() -> None:
    """For the rest of this request the people are hidden."""
    _drawn.set(True)


def is_drawn() -> bool:
    return _drawn.get()


def around(response: HttpResponseBase) -> HttpResponseBase:
    """The response, whose later parts are written as hidden as the first, whoever writes them out."""
    if _drawn.get() and isinstance(response, StreamingHttpResponse) and not response.is_async:
        response.streaming_content = _as_now(iter(response.streaming_content))  # type: ignore[arg-type]
    return response


def name(plain: str) -> str:
    """The name as the present reader may see it: 林小满, or 林**."""
    return f"{plain[:1]}**" if plain and _drawn.get() else plain


def words(text: str) -> str:
    """Free text as the present reader may see it. Longer names go first, so that none leaves a part."""
    if not (text and _drawn.get()):
        return text
    for known in sorted(_known.get(), key=len, reverse=True):
        text = text.replace(known, _hidden(known))
    for mask in _masks:
        text = mask(text)
    return text


def know(telling: Iterable[str]) -> None:
    """Open these columns for their own sake, so that `words` hides what they hold from now on."""
    for _each in telling:
        pass


def tree(value: Any) -> Any:
    """The same for every text in a JSON value; its keys are ours."""
    return trees.mapped(value, words) if _drawn.get() else value


def column(value: Any) -> Any:
    """What a column that a person is known by shows: the value, or a mask, whose value `words` then knows too."""
    if not _drawn.get():
        return value
    _known.set(_known.get() | {text for text in trees.texts(value) if _is_telling(text)})
    return trees.mapped(value, _hidden)


def _as_now(parts: Iterator[bytes]) -> Iterator[bytes]:
    context = copy_context()
    while (part := context.run(next, parts, None)) is not None:
        yield part


def _hidden(plain: str) -> str:
    """Enough to tell two people apart, too little to know either; what is masked already stays as it is."""
    if "*" in plain or not plain:
        return plain
    local, at, domain = plain.rpartition("@")
    if at:
        return f"{local[:2]}***@{domain}"
    digits = sum(char.isdigit() for char in plain)
    return f"{plain[:3]}****{plain[-2:]}" if digits >= 7 else f"{plain[:1]}**"


def _is_telling(text: str) -> bool:
    return len(text) >= (SHORTEST if text.isascii() else SHORTEST // 2) and "*" not in text
