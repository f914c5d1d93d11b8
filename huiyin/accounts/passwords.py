"""What makes a password good enough: length, not on a list, hard to guess. No forced mixtures, no forced changes.

Composition rules and rotation exist as switches for those whom a regulation binds; they are off, because they
make passwords worse (NIST SP 800-63B 3.1.1.2, OWASP ASVS 5.0 6.2.5 and 6.2.10).
"""

import re
import tomllib
import unicodedata
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from huiyin.accounts.breached import is_breached

SHORTEST, LONGEST = 8, 128
LOOKED_AT = 72  # characters that the estimator reads; its cost grows with their square
GOOD_SCORE = 2  # of 4: more than a million guesses, which sign-in never allows
HABITS = Path(__file__).parent / "habits.toml"
# A mobile number or the number of an identity card is known to many, and first on the lists of who attacks in China.
NUMBERS = re.compile(r"(\+?86)?1[3-9]\d{9}|\d{17}[\dx]")


class Length:
    """At least 8, at most 128 characters."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(_("At least 8 characters, please."), code="password_too_short")
        if len(password) > LONGEST:
            raise ValidationError(_("At most 128 characters, please."), code="password_too_long")

    def get_help_text(self) -> str:
        return _("At least 8 characters. A sentence is easier to remember and harder to guess than a riddle.")


class NotCommon:
    """Not on the lists of common and breached passwords that come with the product."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_known(password):
            raise ValidationError(
                _("This password is on lists that attackers try first. Please choose another."),
                code="password_common",
            )

    def get_help_text(self) -> str:
        return _("Passwords known from breaches are refused.")


class HardToGuess:
    """Not guessed within a million tries by somebody who knows the person's name and address."""

    def validate(self, password: str, user: Any = None) -> None:
        own = [_own(user, name) for name in ("username", "display_name", "email", "phone")]
        parts = [part for text in own for part in (text, *text.replace("@", ".").split(".")) if len(part) > 2]
        if zxcvbn(password[:LOOKED_AT], user_inputs=parts)["score"] < GOOD_SCORE:
            raise ValidationError(
                _("This password is easy to guess. Another word or two makes it much safer."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("Names, dates and keyboard rows are easy to guess.")


class Composition:
    """A mixture of letters, digits and signs, for those whom a rule binds to it; off by default."""

    def validate(self, password: str, user: Any = None) -> None:
        if not settings.PASSWORD_COMPOSITION:
            return
        kinds = {unicodedata.category(c)[0] for c in password}
        has_both_cases = password.lower() != password and password.upper() != password
        if not (has_both_cases and "N" in kinds and kinds & {"P", "S"}):
            raise ValidationError(
                _("Please mix capital and small letters, digits and signs."), code="password_composition"
            )

    def get_help_text(self) -> str:
        return ""


def is_known(password: str) -> bool:
    """Is it, or what is left of it without the usual decorations, on a list, or one of a country's own numbers?"""
    text = unicodedata.normalize("NFKC", password).casefold()
    return (
        text in _list()
        or text.strip("0123456789!@#$%.*_- ") in _worst()
        or NUMBERS.fullmatch(text) is not None
        or any(is_breached(each) for each in {password, text})
    )


@lru_cache(maxsize=1)
def _list() -> frozenset[str]:
    """About fifty thousand, of any length: Django's list, the estimator's list of breached ones, and Chinese habits."""
    common = CommonPasswordValidator().passwords
    breached = FREQUENCY_LISTS["passwords"]
    return frozenset({*common, *breached, *_chinese()})


@lru_cache(maxsize=1)
def _worst() -> frozenset[str]:
    """Words that stay bad whatever is hung on their ends."""
    return frozenset(
        {"password", "passw0rd", "qwerty", "qwertyuiop", "woaini", "admin", "letmein", "iloveyou"}
    )


def _chinese() -> set[str]:
    """Words, names and love letters in pinyin, and keyboard rows, with the numbers that people hang on them."""
    habits = tomllib.loads(HABITS.read_text(encoding="utf-8"))
    stems, tails, spoken = (habits[kind].split() for kind in ("stems", "tails", "spoken"))
    pairs = {*product(stems, tails), *product(tails, stems), *product(spoken, tails)}
    return {*spoken, *map("".join, pairs)}


def _own(user: Any, name: str) -> str:
    return str(getattr(user, name, "") or "")
