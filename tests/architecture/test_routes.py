"""Every route has an audience; staff routes name a policy; public routes stand in one list."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from huiyin.core.access import AUDIENCES
from tests.architecture import source

PUBLIC_ROUTES = source.ROOT / "tests/architecture/public_routes.txt"


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Every path of the product, with the view behind it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path, pattern.callback
        else:
            yield from routes(pattern, path)


def audience(view: Any) -> str | None:
    found: str | None = getattr(view, "audience", None)
    return found


def test_every_route_has_an_audience() -> None:
    source.expect_none([path for path, view in routes() if audience(view) not in AUDIENCES])


def test_staff_routes_name_a_policy() -> None:
    open_to_all_staff = [
        p for p, view in routes() if audience(view) == "staff" and not hasattr(view, "policy")
    ]
    source.expect_none(open_to_all_staff)


def test_public_routes_are_those_on_the_list() -> None:
    found = sorted({path for path, view in routes() if audience(view) == "public"})
    assert found == PUBLIC_ROUTES.read_text(encoding="utf-8").splitlines()


def test_staff_routes_live_under_the_desk_or_the_administration() -> None:
    apart = [path for path, view in routes() if audience(view) == "staff"]
    source.expect_none([path for path in apart if not path.startswith(("/desk/", "/admin/"))])
