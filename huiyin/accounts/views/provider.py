"""We as an OpenID provider: discovery, keys, the question to the person, tokens, who somebody is."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.core.internal import httpkit
from allauth.idp.oidc import views as oidc
from allauth.idp.oidc.internal.oauthlib.utils import (
    convert_response,
    extract_headers,
    extract_params,
    get_uri,
)
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from oauthlib.oauth2.rfc6749 import errors

from huiyin.accounts.forms.confirming import is_fresh
from huiyin.accounts.models.tokens import Scope
from huiyin.accounts.selectors import clients
from huiyin.accounts.services import clients as services
from huiyin.accounts.services import granting, leaving
from huiyin.core import limits
from huiyin.core.errors import Forbidden, TooMany

jwks = oidc.jwks
# What never changes of it.
MANNERS = {
    "response_types_supported": ["code"],
    "response_modes_supported": ["query"],
    "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
    "code_challenge_methods_supported": ["S256"],
    "subject_types_supported": ["pairwise"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    "backchannel_logout_supported": True,
    "backchannel_logout_session_supported": True,
    "prompt_values_supported": ["none", "login", "consent"],
    "claims_supported": ["sub", "sid", "name", "locale", "email", "email_verified", "phone_number"],
}


@require_GET
def configuration(request: HttpRequest) -> HttpResponse:
    """What an app needs to know to use us (OpenID Connect Discovery 1.0)."""
    at = {
        "authorization_endpoint": "oidc_authorize",
        "token_endpoint": "oidc_token",
        "userinfo_endpoint": "oidc_userinfo",
        "revocation_endpoint": "oidc_revoke",
        "introspection_endpoint": "oidc_introspect",
        "jwks_uri": "oidc_keys",
    }
    told = {
        "issuer": settings.ORIGIN,
        **{name: settings.ORIGIN + reverse(route) for name, route in at.items()},
        **MANNERS,
        "scopes_supported": [*clients.PERSONAL, *Scope.values],
    }
    return JsonResponse(told, headers={"Access-Control-Allow-Origin": "*"})


@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Asks the person what an app may do. The question is read from the address alone, at each step anew."""
    limits.spend("oidc.authorize", limits.client(request))
    asked = (get_uri(request), "GET", "", extract_headers(request))
    try:
        scopes, info = granting.server().validate_authorization_request(*asked)
    except errors.FatalClientError as fault:  # who asks is unknown or forged: nobody is sent anywhere
        return render(request, "accounts/oidc_fault.html", {"fault": fault.error}, status=400)
    except errors.OAuth2Error as fault:
        return _back(fault.in_uri(fault.redirect_uri))
    app, prompt = info["request"].client.app, set(info.get("prompt") or ())
    if door := _to_door(request, prompt, info):
        return door
    if request.method == "POST":
        return _answered(request, asked, scopes, info)
    is_known = clients.has_allowed(request.user, app.client, scopes)  # type: ignore[arg-type]
    if is_known and app.digest and "consent" not in prompt:
        return _granted(request, asked, scopes)
    if "none" in prompt:
        return _refused(info, "consent_required")
    return _question(request, app, scopes, info)


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Codes, refresh tokens and an app's own secret for tokens. A fault that ends a family is kept, not rolled back."""
    return _served(request, "create_token_response")


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    return _served(request, "create_revocation_response")


@csrf_exempt
@require_POST
def introspect(request: HttpRequest) -> HttpResponse:
    """What a token of the asking app still opens."""
    return _served(request, "create_introspect_response")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """Who the person is, as far as they agreed to."""
    try:
        return convert_response(*granting.server().create_userinfo_response(*extract_params(request)))
    except errors.OAuth2Error as fault:
        return HttpResponse(
            fault.json, status=fault.status_code, content_type="application/json", headers=fault.headers
        )


def _served(request: HttpRequest, what: str) -> HttpResponse:
    named, _secret = httpkit.extract_basic_auth(request.headers)
    try:
        limits.spend("oidc.address", limits.client(request))
        limits.spend("oidc.client", str(named or request.POST.get("client_id", ""))[:100])
    except TooMany as refusal:
        told = {"error": "temporarily_unavailable", "error_description": "Too many requests."}
        wait = str(refusal.data["retry_after"])
        return JsonResponse(told, status=429, headers={"Retry-After": wait})
    with transaction.atomic():
        return convert_response(*getattr(granting.server(), what)(*extract_params(request)))


def _to_door(request: HttpRequest, prompt: set[str], info: dict[str, Any]) -> HttpResponse | None:
    """Nobody answers for another person, and after `prompt=login` only who has just proved who they are."""
    if getattr(request, "eyes", None) is not None:
        raise Forbidden("eyes_only_look", "")
    if not request.user.is_authenticated:
        return _refused(info, "login_required") if "none" in prompt else _sign_in(request)
    if "login" in prompt and not is_fresh(request):
        here = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('account_reauthenticate')}?{here}")
    return None


def _sign_in(request: HttpRequest) -> HttpResponse:
    return redirect(f"{settings.PORTAL_LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")


def _question(request: HttpRequest, app: Any, scopes: list[str], info: dict[str, Any]) -> HttpResponse:
    asked = [{"value": each, "words": words} for each, words in clients.SCOPES.items() if each in scopes]
    shown = {
        "app": app,
        "asked": [each for each in asked if each["value"] != "openid"],
        "goes_to": urlsplit(info["redirect_uri"]).netloc,
        "person": request.user,
    }
    response = render(request, "accounts/oidc_consent.html", shown)
    # The answer leads back to the app: browsers hold the whole chain of a form to `form-action`.
    to = urlsplit(info["redirect_uri"])
    response._csp_update = {"form-action": [f"{to.scheme}://{to.netloc}" if to.netloc else f"{to.scheme}:"]}  # type: ignore[attr-defined]
    return response


def _answered(request: HttpRequest, asked: Any, scopes: list[str], info: dict[str, Any]) -> HttpResponse:
    if request.POST.get("answer") != "allow":
        return _refused(info, "access_denied")
    ticked = set(request.POST.getlist("scopes"))
    allowed = [scope for scope in scopes if scope == "openid" or scope in ticked]
    if not allowed:
        return _refused(info, "access_denied")
    return _granted(request, asked, allowed)


def _granted(request: HttpRequest, asked: Any, scopes: list[str]) -> HttpResponse:
    user: Any = request.user
    with transaction.atomic():
        server = granting.server()
        client = server.request_validator._lookup_client(None, request.GET["client_id"])
        connection = services.connect(user, client, scopes=scopes, by=user.actor)
        sid = leaving.enter_app(connection, key=str(request.session.session_key))
        headers, _body, _status = server.create_authorization_response(
            *asked, scopes=scopes, credentials={"user": user, "sid": sid}
        )
    return _back(headers["Location"])


def _refused(info: dict[str, Any], code: str) -> HttpResponse:
    told = {"error": code, **({"state": info["state"]} if info.get("state") else {})}
    target = info["redirect_uri"]
    return _back(f"{target}{'&' if '?' in target else '?'}{urlencode(told)}")


class _Back(HttpResponseRedirect):
    """To an address that was registered letter by letter, which may be an app's own scheme."""

    def __init__(self, target: str) -> None:
        self.allowed_schemes = [urlsplit(target).scheme]
        super().__init__(target)


def _back(target: str) -> HttpResponse:
    return _Back(target)
