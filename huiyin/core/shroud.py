"""Whether the present reader may see who somebody is: drawn for guests, who audit the work and not the people."""

from contextvars import ContextVar

_drawn: ContextVar[bool] = ContextVar("shroud", default=False)


def lift() -> None:
    """The beginning of every request: nothing is hidden yet."""
    _drawn.set(False)


def draw() -> None:
    """For the rest of this request names are hidden."""
    _drawn.set(True)


def is_drawn() -> bool:
    return _drawn.get()


def name(plain: str) -> str:
    """The name as the present reader may see it: 林小满, or 林**."""
    return f"{plain[:1]}**" if plain and _drawn.get() else plain
