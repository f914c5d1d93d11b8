"""Refusals as problem+json (RFC 9457), the one shape of every error that a program reads."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from huiyin.core.errors import Refusal

MEDIA_TYPE = "application/problem+json"


def problem(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a program: a stable `code`, a sentence in `detail`, the wrong fields in `errors`."""
    body = {
        "type": "about:blank",
        "title": title(refusal.status),
        "status": refusal.status,
        "code": refusal.code,
        "detail": sentence(refusal),
        "request_id": getattr(request, "id", ""),
        **{name: value for name, value in refusal.data.items() if name not in {"field", "errors"}},
    }
    if errors := field_errors(refusal):
        body["errors"] = errors
    response = HttpResponse(msgspec.json.encode(body), content_type=MEDIA_TYPE, status=refusal.status)
    return with_headers(response, refusal)


def with_headers(response: HttpResponse, refusal: Refusal) -> HttpResponse:
    """The headers that belong to a status: when to come back, how to sign in."""
    if retry_after := refusal.data.get("retry_after"):
        response["Retry-After"] = str(int(retry_after))
    if refusal.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def field_errors(refusal: Refusal) -> list[dict[str, Any]]:
    """Each wrong field with its sentence."""
    if listed := refusal.data.get("errors"):
        return list(listed)
    field = refusal.data.get("field")
    return [{"field": field, "message": sentence(refusal)}] if field else []


def title(status: int) -> str:
    """What kind of refusal it is, for a person."""
    titles = {
        400: _("Something in the input is not right"),
        401: _("Please sign in"),
        403: _("You may not do this"),
        404: _("Not found"),
        405: _("This method is not offered here"),
        409: _("It has changed in the meantime"),
        413: _("Too large"),
        415: _("This kind is not accepted"),
        429: _("Too many requests"),
        503: _("Not possible at the moment"),
    }
    return titles.get(status, _("Something went wrong on our side"))


def sentence(refusal: Refusal) -> str:
    """The refusal's own words, or what its status means when it came without."""
    if refusal.message:
        return str(refusal.message)
    sentences = {
        400: _("Please check what you sent and try again."),
        401: _("Please sign in, then try again."),
        403: _("Your role does not include this. Ask an administrator if you need it."),
        404: _("It does not exist, or it is not yours to see."),
        405: _("Use one of the methods that the documentation names."),
        409: _("Someone else changed it first. Please look at it again."),
        413: _("It is larger than we accept."),
        415: _("Please use a format that the documentation names."),
        429: _("Please wait a moment, then try again."),
        503: _("Please try again in a little while."),
    }
    return sentences.get(
        refusal.status, _("We have noted it. Please try again; if it stays, quote the code.")
    )
