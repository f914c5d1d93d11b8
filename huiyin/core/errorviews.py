"""Every "no" and every fault as an answer: a page, an htmx fragment, or problem+json. Never fails itself."""

import errno
import logging
import sys
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.core.audit import refusals
from huiyin.core.errors import (
    Forbidden,
    Invalid,
    NotFound,
    ProofNeeded,
    Refusal,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from huiyin.core.problem import MEDIA_TYPE, field_errors, problem, sentence, title, with_headers

logger = logging.getLogger("huiyin.refusals")
RETRY_AFTER = 5

STAFF_PATHS = ("/desk/", "/admin/")
PROGRAM_PATHS = ("/api/", "/mcp")
SCRIPTLESS = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'"


class MethodRefused(Refusal):
    """The address exists, the method does not."""

    status = 405


class Fault(Refusal):
    """Our own failure. The person gets a code to quote; the log has the rest under the same code."""

    status = 500


def render(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal in the form that the asker reads."""
    logger.info(
        "refused %s",
        refusal.code,
        extra={"code": refusal.code, "status": refusal.status, "path": request.path},
    )
    refusals.refused(request, refusal)
    if is_program(request):
        return problem(request, refusal)
    if isinstance(refusal, Unauthenticated):
        return _onward(request, _sign_in_url)
    if isinstance(refusal, ProofNeeded):
        return _onward(request, _proof_url)
    if getattr(request, "htmx", False):
        return _fragment(request, refusal)
    return _page(request, refusal)


def is_program(request: HttpRequest) -> bool:
    """Does the asker read JSON rather than pages?"""
    if request.path.startswith(PROGRAM_PATHS):
        return True
    accepted = request.headers.get("Accept", "")
    return ("application/json" in accepted or MEDIA_TYPE in accepted) and "text/html" not in accepted


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return render(request, TooLarge("body_too_large", ""))
    return render(request, Invalid("bad_request", ""))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, Forbidden("not_allowed", ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, NotFound("not_found", ""))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = _("This page was open for too long. Please go back, reload it and send again.")
    return render(request, Forbidden("form_expired", message))


def method_refused(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """The framework's 405 in our form, with the methods that it named."""
    answer = render(request, MethodRefused("method_not_allowed", ""))
    answer["Allow"] = ", ".join(sorted(response.headers.get("Allow", "").split(", ")))
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """The last answer: needs no database, no session and no template that works."""
    code = getattr(request, "id", "")
    logger.error("fault %s", code, exc_info=sys.exc_info(), extra={"code": code, "path": request.path})
    fault = _fault(sys.exc_info()[1])
    if is_program(request):
        return problem(request, fault)
    return _bare(request, fault)


def _fault(problem: BaseException | None) -> Refusal:
    """A store that is full, locked or away is no mistake of anybody's code: it may be tried again."""
    if isinstance(problem, OperationalError | InterfaceError) or getattr(problem, "errno", 0) == errno.ENOSPC:
        message = _(
            "Nothing can be stored at the moment. What you sent was not taken in; please send it again."
        )
        return Unavailable("store_unavailable", message, retry_after=RETRY_AFTER)
    return Fault("internal_error", "")


def _onward(request: HttpRequest, url: Callable[[str], str]) -> HttpResponse:
    """To another page first, and then back to where the person was going."""
    if getattr(request, "htmx", False):
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        response = HttpResponse(status=401)
        response["HX-Redirect"] = url(here.path or "/")
        return response
    target = request.get_full_path() if request.method == "GET" else request.path
    return redirect(url(target))


def _sign_in_url(target: str) -> str:
    door = settings.LOGIN_URL if target.startswith(STAFF_PATHS) else settings.PORTAL_LOGIN_URL
    return f"{door}?{urlencode({'next': target})}"


def _proof_url(target: str) -> str:
    return f"{settings.PROOF_URL}?{urlencode({'next': target})}"


def _fragment(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """One message for the page's message area, whatever element asked."""
    try:
        body = render_to_string("errors/fragment.html", _context(request, refusal), request)
    except Exception:  # noqa: BLE001 - an answer to an error must not fail
        body = escape(sentence(refusal))
    response = HttpResponse(body, status=refusal.status)
    response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
    return with_headers(response, refusal)


def _page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    try:
        body = render_to_string("errors/page.html", _context(request, refusal), request)
    except Exception:
        logger.exception("error page failed")
        return _bare(request, refusal)
    return with_headers(HttpResponse(body, status=refusal.status), refusal)


def _bare(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page made of strings alone, for when the shell cannot be drawn."""
    code = getattr(request, "id", "")
    body = BARE.format(
        language=escape(get_language() or "zh-hans"),
        title=escape(title(refusal.status)),
        sentence=escape(sentence(refusal)),
        code=escape(code),
        label=escape(_("Code to quote:")),
        home=escape(_("Back to the start page")),
    )
    response = HttpResponse(body, status=refusal.status)
    response["Content-Security-Policy"] = SCRIPTLESS
    return with_headers(response, refusal)


def _context(request: HttpRequest, refusal: Refusal) -> dict[str, object]:
    staff = request.path.startswith(("/desk/", "/admin/")) and getattr(
        getattr(request, "user", None), "is_staff_member", False
    )
    return {
        "base": "base_desk.html" if staff else "base_portal.html",
        "status": refusal.status,
        "title": title(refusal.status),
        "sentence": sentence(refusal),
        "code": refusal.code,
        "errors": field_errors(refusal),
        "retry_after": refusal.data.get("retry_after"),
        "home": "/desk/" if staff else "/",
    }


BARE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>:root{{color-scheme:light dark}}
body{{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}}</style></head>
<body><main><h1>{title}</h1><p>{sentence}</p><p>{label} <code>{code}</code></p>
<p><a href="/">{home}</a></p></main></body>
</html>
"""
