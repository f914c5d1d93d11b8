"""The door for users whom a host site vouches for."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from huiyin.accounts import vouched
from huiyin.accounts.services import identity_tokens
from huiyin.core import limits
from huiyin.core.problem import problem
from huiyin.core.redirects import safe_next

JSON = "application/json"


@csrf_exempt  # the form stands on the host site's page; its origin and a token that works once take the place
@require_POST
def identity(request: HttpRequest) -> HttpResponse:
    """A signed token opens this browser's own requests, under a fresh session key."""
    limits.spend("identity.address", limits.client(request))
    as_json = request.content_type == JSON
    given = _given(request, as_json=as_json)
    try:
        contact, site = identity_tokens.admit(given.get("token", ""), origin=_origin(request))
    except identity_tokens.IdentityRefused as refusal:
        if as_json:
            return problem(request, refusal)
        return render(request, "accounts/identity_refused.html", {"sentence": refusal.message}, status=403)
    if contact is not None and site is not None:
        vouched.begin(request.session, contact=str(contact.id), site=str(site.id))
    after = safe_next(given.get("next", ""), default=reverse("request_list"))
    return JsonResponse({"next": after}) if as_json else redirect(after)


def _given(request: HttpRequest, *, as_json: bool) -> dict[str, str]:
    """Token and way onward, as a form or as JSON; what is no text is nothing."""
    if not as_json:
        return {name: request.POST.get(name, "") for name in ("token", "next")}
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return (
        {key: value for key, value in body.items() if isinstance(value, str)}
        if isinstance(body, dict)
        else {}
    )


def _origin(request: HttpRequest) -> str:
    """The page that sent it. Programs say nothing; a browser always does, and `null` is nobody's page."""
    return request.headers.get("Origin", "").lower()
