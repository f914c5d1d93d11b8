"""Which privacy policy somebody agrees to when they sign up. The privacy app names its own when it is there."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import override

BUILT_IN = "2026-11"


@dataclass(frozen=True, slots=True)
class Terms:
    """A version of the text, its digest, and where it can be read. Empty `url`: the page of this app."""

    version: str
    digest: str
    url: str = ""


_source: list[Callable[[], Terms]] = []


def register(source: Callable[[], Terms]) -> None:
    """`source()` answers the policy in force; the last one registered counts."""
    _source.append(source)


def current() -> Terms:
    return _source[-1]() if _source else _built_in()


def _built_in() -> Terms:
    with override("zh-hans"):
        text = render_to_string("accounts/_terms_text.html")
    return Terms(BUILT_IN, hashlib.sha256(text.encode()).hexdigest())


def biometrics() -> Terms:
    """The separate text about passkeys, which is agreed to before the first one is made."""
    with override("zh-hans"):
        text = render_to_string("accounts/_biometrics_text.html")
    return Terms(BUILT_IN, hashlib.sha256(text.encode()).hexdigest())
