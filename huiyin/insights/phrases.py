"""Facts about swells as sentences for the bell."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

Data = Mapping[str, Any]


def swelled(data: Data) -> str:
    """How much came, and how much would have been usual."""
    return _("%(count)s voices in %(hours)s h, usually %(expected)s: look into it") % {
        "count": data["count"],
        "hours": data["hours"],
        "expected": round(data["expected"], 1),
    }


def calmed(data: Data) -> str:
    return _("back to usual: %(count)s voices in a day") % {"count": data["count"]}
