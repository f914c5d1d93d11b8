"""What leaves the house for others: tables, webhooks, AI agents. Free text is masked on its way.

`HUIYIN_MASK_EXPORTS=false` switches it off; a person's copy of their own data is never masked.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from huiyin.core import trees

_masks: list[Callable[[str], str]] = []


def mask_by(mask: Callable[[str], str]) -> None:
    """The app that recognises personal data in free text says how it is hidden."""
    if mask not in _masks:
        _masks.append(mask)


def text(said: str) -> str:
    """The words as others may have them."""
    for mask in _masks if settings.MASK_EXPORTS else ():
        said = mask(said)
    return said


def tree(value: Any) -> Any:
    """The same for every text in a JSON value; its keys are ours."""
    return trees.mapped(value, text)
