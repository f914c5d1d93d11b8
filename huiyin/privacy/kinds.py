"""The classes of personal data: what each is for, on which ground, and how long it is kept.

`floor` and `ceiling` are the fewest and the most days that a rule may say; the law and we set them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
YEAR = 365


@dataclass(frozen=True)
class Kind:
    key: str
    label: Words
    what: Words
    why: Words
    ground: Words
    days: int
    floor: int
    ceiling: int


CONTRACT = _("Needed to answer your requests (PIPL art. 13 no. 2)")
DUTY = _("Required by law (PIPL art. 13 no. 3)")

KINDS = (
    Kind(
        "identity",
        _("Who you are"),
        _("Name, e-mail, phone, account numbers"),
        _("To know you again and to reach you"),
        CONTRACT,
        3 * YEAR,
        30,
        5 * YEAR,
    ),
    Kind(
        "words",
        _("What you said"),
        _("Your messages and files"),
        _("To answer your requests"),
        CONTRACT,
        3 * YEAR,
        30,
        5 * YEAR,
    ),
    Kind(
        "service",
        _("What we did about it"),
        _("Status, category, our answers and notes"),
        _("To keep our promises and prove it"),
        CONTRACT,
        3 * YEAR,
        30,
        5 * YEAR,
    ),
    Kind(
        "context",
        _("Where it came from"),
        _("Page, device and version you wrote from"),
        _("To find the cause of faults"),
        CONTRACT,
        180,
        7,
        YEAR,
    ),
    Kind(
        "security",
        _("How you came in"),
        _("Sign-ins with time, device and place"),
        _("To protect your account"),
        DUTY,
        180,
        180,
        YEAR,
    ),
    Kind(
        "consent",
        _("What you agreed to"),
        _("Each choice with its text, time and address"),
        _("To prove and obey your choices"),
        DUTY,
        3 * YEAR,
        3 * YEAR,
        10 * YEAR,
    ),
    Kind(
        "copy",
        _("Copies on their way"),
        _("E-mails and text messages to you"),
        _("To deliver them"),
        CONTRACT,
        30,
        1,
        180,
    ),
    Kind(
        "work",
        _("Work of our staff"),
        _("Who was responsible, rights, reviews"),
        _("To answer for what we did"),
        DUTY,
        3 * YEAR,
        YEAR,
        10 * YEAR,
    ),
)
BY_KEY = {kind.key: kind for kind in KINDS}


def told(days: Mapping[str, int]) -> list[dict[str, Any]]:
    """What users read about each class that concerns them, with the days that the rules in force say."""
    return [
        {
            "key": k.key,
            "label": k.label,
            "what": k.what,
            "why": k.why,
            "ground": k.ground,
            "days": days.get(k.key, k.days),
        }
        for k in KINDS
        if k.key != "work"
    ]
