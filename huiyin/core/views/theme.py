"""A person chooses light, dark, or the same as the system; kept in a cookie, so that no page flashes."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.core.context import THEMES
from huiyin.core.errors import Invalid
from huiyin.core.i18n import YEAR
from huiyin.core.redirects import safe_next


@require_POST
def choice(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        raise Invalid("theme_unknown", _("There are no such colours."), field="theme")
    response = redirect(safe_next(request.POST.get("next", "")))
    secure = settings.SECURE_SITE
    response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)
    return response
