"""May this account come in at all, from here and now? Asked once for every door, after the proof."""

from django.utils.translation import gettext as _

from huiyin.accounts.arrivals import Arrival
from huiyin.accounts.models import User
from huiyin.core.errors import Forbidden


def check_standing(user: User, *, arrival: Arrival) -> None:
    """Refuses an account that is closed."""
    if not user.is_active:
        raise Forbidden(
            "account_closed", _("This account is closed. Please ask us if you think that is wrong.")
        )
