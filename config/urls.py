"""Every route of the product, by who may come in: staff, portal, api, public."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from config import api
from huiyin.core.access import guard

APPS = [
    "core",
    "accounts",
    "language",
    "privacy",
    "voices",
    "conversations",
    "knowledge",
    "cases",
    "assistant",
    "insights",
    "web",
]


def routes(audience: str, listed: str = "") -> list[URLPattern | URLResolver]:
    """The routes of one audience over all apps, each behind its guard; `listed` names a list of its own."""
    found: list[URLPattern | URLResolver] = []
    for app in APPS:
        if find_spec(f"huiyin.{app}.urls") is None:
            continue
        module = import_module(f"huiyin.{app}.urls")
        found += guard(getattr(module, listed or audience, []), audience)
    return found


urlpatterns = [
    path("api/v1/", include((api.routes(), "ninja"), namespace="api-1")),
    path("", include(routes("api"))),
    path("desk/", include(routes("staff"))),
    path("admin/", include(routes("staff", "administration"))),
    path("", include(routes("portal"))),
    path("", include(routes("public"))),
]
handler400 = "huiyin.core.errorviews.bad_request"
handler403 = "huiyin.core.errorviews.forbidden"
handler404 = "huiyin.core.errorviews.not_found"
handler500 = "huiyin.core.errorviews.server_error"
