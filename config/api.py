"""The one JSON API, version 1: the `router` of every app that has one, under `/api/v1`."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver

from huiyin.core.access import guard
from huiyin.core.rest import Api, Body, TokenAuth, handle_errors

DESCRIPTION = """\
Huiyin's JSON API. Times are RFC 3339 in UTC, ids are UUIDv7. Errors are problem+json with a stable `code`.
Lists answer `{"items": [...], "next": cursor or null}`. Unknown fields are refused with 400."""


def build() -> Api:
    """The API with the routers of all apps. Every operation needs a token unless it says otherwise itself."""
    api = Api(
        title="Huiyin",
        version="1",
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        docs_url=None,
        parser=Body(),
        auth=TokenAuth(),
    )
    handle_errors(api)
    for app in settings.INSTALLED_APPS:
        if app.startswith("huiyin.") and find_spec(f"{app}.api"):
            api.add_router("", import_module(f"{app}.api").router)
    return api


api = build()


def routes() -> list[URLPattern | URLResolver]:
    """The API's operations behind tokens, and its description for everybody."""
    patterns, _app, _namespace = api.urls
    described = [pattern for pattern in patterns if _name(pattern) == "openapi-json"]
    operations = [pattern for pattern in patterns if _name(pattern) not in {"openapi-json", "api-root"}]
    return [*guard(operations, "api"), *guard(described, "public")]


def _name(pattern: URLPattern | URLResolver) -> str | None:
    return pattern.name if isinstance(pattern, URLPattern) else None
