"""The steps between a proof and being in, the same for every door: good standing, second step, fresh password."""

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.stages import LoginStage
from django.conf import settings
from django.shortcuts import redirect

from huiyin.accounts import arrivals
from huiyin.accounts.models import Door
from huiyin.accounts.selectors import doors
from huiyin.accounts.services import standing
from huiyin.core import clock
from huiyin.core.errors import Refusal

WHOLE = frozenset({Door.PASSKEY, Door.HOST, Door.RECOVERY})
SAME_WAY: dict[str, str] = {Door.EMAIL_CODE: "email", Door.PHONE_CODE: "phone"}


class Standing(LoginStage):
    """An account that is closed, or may not come in from here or now, stays outside whatever it can prove."""

    key = "standing"
    urlname = "account_inactive"

    def handle(self) -> Any:
        try:
            standing.check_standing(self.login.user, arrival=arrivals.of(self.request))
        except Refusal as refusal:
            self.request.session["refused"] = refusal.code
            return redirect("account_inactive"), False
        return None, True


class SecondStep(LoginStage):
    """Whoever has a second factor, or a role that asks for one, shows it; no door goes around this."""

    key = "second_step"
    urlname = "second_step"

    def handle(self) -> Any:
        user, door = self.login.user, door_of(self.request, self.login.user)
        if door in WHOLE:
            return None, True
        if doors.factors_of(user, but=SAME_WAY.get(door, "")):
            return redirect("second_step"), True
        if doors.needs_second_factor(user):
            return redirect("second_step_setup"), True
        return None, True


class FreshPassword(LoginStage):
    """Where a rule says that passwords grow old: choose a new one first. Off unless the operator says a number."""

    key = "fresh_password"
    urlname = "account_password_expired"

    def handle(self) -> Any:
        user = self.login.user
        days = settings.PASSWORD_MAX_AGE_DAYS
        if not days or not user.has_usable_password() or door_of(self.request, user) != Door.PASSWORD:
            return None, True
        if clock.now() - (user.password_set_at or user.joined_at) < timedelta(days=days):
            return None, True
        return redirect("account_password_expired"), True


def door_of(request: Any, user: Any) -> str:
    """Through which door this sign-in came: the first proof that it recorded."""
    records = get_authentication_records(request, user)
    return str(records[0]["method"]) if records else ""


def factor_of(request: Any, user: Any) -> str:
    """The second factor that was shown, if any."""
    records = get_authentication_records(request, user)
    return next((str(each["type"]) for each in records if each["method"] == "second"), "")
