"""A person chooses light, dark, or the same as the system."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.core import themes
from huiyin.core.errors import Invalid
from huiyin.core.redirects import safe_next


@require_POST
def choice(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    if theme not in themes.THEMES:
        raise Invalid("theme_unknown", _("There are no such colours."), field="theme")
    response = redirect(safe_next(request.POST.get("next", "")))
    themes.choose(request, response, theme)
    return response
