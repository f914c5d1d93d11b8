"""How allauth's machinery meets ours: its stages, our sessions, our encryption. Named by the settings."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth import SESSION_KEY
from django.contrib.auth import login as django_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from huiyin.accounts import arrivals, stages, watch
from huiyin.accounts.services import sessions
from huiyin.core import crypto, i18n, themes
from huiyin.core.redirects import safe_next

BACKEND = "huiyin.accounts.backends.PasswordBackend"
PLACE = b"mfa\x1fauthenticator\x1fsecret"


class AccountAdapter(DefaultAccountAdapter):
    """One pipeline for every door; mail, texts and messages are ours, so that allauth's stay silent."""

    def get_login_stages(self) -> list[str]:
        return [f"huiyin.accounts.stages.{stage}" for stage in ("Standing", "SecondStep", "FreshPassword")]

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        """Standing is the first stage; nothing is told before it."""

    def login(self, request: HttpRequest, user: Any) -> None:
        """The new session: a fresh key, and a row that the person sees and can end."""
        door, factor = stages.door_of(request, user), stages.factor_of(request, user)
        before = request.session.session_key if SESSION_KEY in request.session else None
        django_login(request, user, backend=BACKEND)
        if before == request.session.session_key:
            request.session.cycle_key()  # the same person again, which Django lets go on under the old key
        request.session.save()
        if before:
            sessions.end_by_key(before, why="signed_out", by=user.actor)
        arrival = arrivals.of(request)
        key = str(request.session.session_key)
        sessions.open_session(user, key=key, arrival=arrival, door=door, factor=factor)
        watch.begin(request.session, arrival=arrival, is_staff=user.is_staff_member)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        target = safe_next(kwargs.get("redirect_url") or "", default=home_of(user))
        response = redirect(home_of(user) if _is_shut(target, user) else target)
        arrivals.remember_device(request, response)
        if user.language and i18n.is_offered(user.language):
            i18n.remember(response, user.language)
        themes.remember(response, user.preferences.get("theme", ""))
        return response

    def is_safe_url(self, url: str | None) -> bool:
        return bool(url) and safe_next(str(url), default="") == url

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(getattr(request, "client_ip", ""))

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say what happened themselves."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Notices are written by the services, in the transaction of what they tell."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return [{"id": "reauthenticate", "description": "", "url": "/account/confirmation/"}]


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are sealed like every other secret."""

    def encrypt(self, text: str) -> str:
        return crypto.seal(text.encode(), PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(encrypted_text, PLACE).decode()

    def get_totp_issuer(self) -> str:
        return "Huiyin"

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """The authenticator shows the name; it gets no address of ours."""
        entity = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": str(user), "name": user.username}

    def _get_site_name(self) -> str:
        return "Huiyin"


def home_of(user: Any) -> str:
    """Where somebody lands: staff at the desk, everybody else at their account."""
    return "/desk/" if getattr(user, "is_staff_member", False) else "/account/"


def _is_shut(target: str, user: Any) -> bool:
    return target.startswith("/desk/") and not user.is_staff_member
