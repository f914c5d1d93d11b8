"""A person chooses the language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.core import i18n
from huiyin.core.errors import Invalid
from huiyin.core.redirects import safe_next


@require_POST
def choice(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    if not i18n.is_offered(language):
        raise Invalid("language_unknown", _("We do not speak this language yet."), field="language")
    response = redirect(safe_next(request.POST.get("next", "")))
    i18n.choose(request, response, language)
    return response
