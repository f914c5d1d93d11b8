"""We as an OpenID provider: allauth's endpoints, our consent page, and tokens of one family that end together."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from allauth.idp.oidc import views as oidc
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from huiyin.accounts.selectors import apps as connected
from huiyin.accounts.services import apps
from huiyin.accounts.views.common import fresh
from huiyin.core import limits
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid


class Consent(oidc.AuthorizationView):
    """Asks the person what an app may know of them."""

    template_name = "accounts/app_consent.html"

    def _login_required(self, request: HttpRequest) -> Any:
        response = super()._login_required(request)
        if response is None or request.user.is_authenticated:
            return response
        return redirect(f"{settings.PORTAL_LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The address to come back to is compared letter by letter; a wrong request ends here, not there."""
        if not connected.comes_back_to(request.GET.get("client_id", ""), request.GET.get("redirect_uri", "")):
            raise _refusal()
        response = super().get(request, *args, **kwargs)
        if response.status_code == HTTPStatus.OK and not isinstance(response, TemplateResponse):
            raise _refusal()
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A page that leads on, since the content policy lets no form of ours end at somebody else's address."""
        response = super().post(request, *args, **kwargs)
        target = response.get("Location", "")
        if response.status_code == HTTPStatus.FOUND and not target.startswith("/"):
            return render(request, "accounts/leaving.html", {"target": target, "service": ""})
        return response


authorize = Consent.as_view()


def _refusal() -> Invalid:
    return Invalid("app_request_wrong", _("The app asked in a wrong way. Please tell those who make it."))


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Codes and refresh tokens for tokens. What was used before ends all that came from it."""
    limits.spend("oidc.token", limits.client(request))
    given = request.POST.get("refresh_token") or request.POST.get("code") or ""
    if used := connected.used_grant(given):
        apps.cut_off(used, by=SYSTEM)
    before = connected.refresh_token(given)
    response: HttpResponse = oidc.token(request)
    if response.status_code == HTTPStatus.OK and given:
        issued = before or connected.issued(response.content)
        if issued is not None and issued.user and issued.client_id:
            apps.note_use(connected.digest(given), client=issued.client_id, user=issued.user)  # type: ignore[arg-type]
    return response


@require_GET
def connected_apps(request: HttpRequest) -> HttpResponse:
    """Which apps of others may see what of this account."""
    context = {"apps": connected.apps_of(request.user), "tab": "apps"}  # type: ignore[arg-type]
    return render(request, "accounts/connected_apps.html", context)


@require_POST
@fresh
def app_removal(request: HttpRequest, client: str) -> HttpResponse:
    user: Any = request.user
    apps.disconnect(user, connected.app_of(user, client), by=user.actor)
    return redirect("account_apps")
