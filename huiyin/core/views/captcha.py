"""The address from which the browser's widget fetches its arithmetic."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from huiyin.core import captcha, limits, rest


@require_GET
def challenge(request: HttpRequest) -> HttpResponse:
    who = limits.client(request)
    limits.spend("captcha.challenge", who)
    return rest.answer(captcha.challenge(request.GET.get("for", "")[:32], who=who))
