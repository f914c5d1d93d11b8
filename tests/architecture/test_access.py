"""Every route with every role and with nobody: the policy that a route names is the policy that it keeps.

Paths are filled with ids that do not exist, so an allowed role finds nothing and a refused one learns nothing.
"""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from config.api import api
from huiyin.accounts.models import Role
from huiyin.accounts.policies import reads_only
from huiyin.core.ids import uuid7
from huiyin.core.tests.people import bearer, signed_in, staff
from tests.architecture import source
from tests.architecture.test_routes import audience, routes

pytestmark = pytest.mark.django_db

PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
SAMPLES = {
    "uuid": str(uuid7()),
    "uuidstr": str(uuid7()),
    "int": "999999999",
    "slug": "nothing",
    "path": "nothing",
    "str": "HY-999999999",
}
METHODS = ("get", "post", "put", "patch", "delete")
BRACED = re.compile(r"\{(?:(\w+):)?\w+\}")
# Operations of the API that ask for no bearer token: what everybody may read, and where the key in the address
# is the permission.
OPEN_OPERATIONS = {
    "GET /api/v1/articles",
    "GET /api/v1/articles/{key}",
    "GET /api/v1/search",
    "GET /api/v1/follow/{key}",
    "POST /api/v1/follow/{key}/messages",
    "POST /api/v1/follow/{key}/confirmation",
    "POST /api/v1/follow/{key}/notices",
    "GET /api/v1/account/session",
    "POST /api/v1/account/session",
    "POST /api/v1/account/session/code",
    "POST /api/v1/account/session/second",
    "POST /api/v1/account/session/second/code",
    "POST /api/v1/account/codes",
    "POST /api/v1/account",
}
# What asks for the session of an app instead of a token.
SESSION_OPERATIONS = {
    "GET /api/v1/account",
    "GET /api/v1/account/sessions",
    "DELETE /api/v1/account/session",
    "DELETE /api/v1/account/sessions/{session_id}",
    "POST /api/v1/account/confirmation",
    "POST /api/v1/account/confirmation/code",
    "GET /api/v1/account/factors",
    "POST /api/v1/account/factors/app",
    "POST /api/v1/account/factors/app/confirmation",
    "POST /api/v1/account/factors/recovery",
    "DELETE /api/v1/account/factors/{factor_id}",
    "POST /api/v1/account/addresses",
    "POST /api/v1/account/addresses/confirmation",
}


def filled(path: str) -> str:
    """The path with a value for every parameter that stands for no object."""
    return PARAMETER.sub(lambda found: SAMPLES.get(found[1] or "str", "nothing"), path)


def of(wanted: str) -> Iterator[tuple[str, object]]:
    return ((path, view) for path, view in routes() if audience(view) == wanted)


def first_offered(client: Client, path: str) -> int:
    """The status of the first method that the route knows."""
    statuses = (getattr(client, method)(filled(path)).status_code for method in METHODS)
    return next(status for status in statuses if status != 405)


@pytest.fixture
def quiet(settings):
    """One data folder, plain errors: what breaks shows as 500 and is counted."""
    settings.DEBUG = False


def test_nobody_enters_a_staff_route() -> None:
    client = Client()
    entered = []
    for path, _view in of("staff"):
        response = client.get(filled(path))
        if (response.status_code, response.get("Location", "").split("?")[0]) != (302, settings.LOGIN_URL):
            entered.append(f"{path}: {response.status_code}")
    source.expect_none(entered)


def test_nobody_enters_a_portal_route() -> None:
    client = Client()
    answers = {path: client.get(filled(path)) for path, _view in of("portal")}
    doors = {path: (a.status_code, a.get("Location", "").split("?")[0]) for path, a in answers.items()}
    source.expect_none({path: d for path, d in doors.items() if d != (302, settings.PORTAL_LOGIN_URL)})


@pytest.mark.parametrize("role", Role.values)
def test_a_role_enters_where_the_policy_says_and_nowhere_else(role: str, quiet: None) -> None:
    user = staff(role)
    client = signed_in(user)
    client.raise_request_exception = False
    wrong = []
    for path, view in of("staff"):
        allowed = view.policy(user)
        status = first_offered(client, path)
        if reads_only(user) and status == 403 and client.get(filled(path)).status_code == 405:
            continue  # a way to change something, and this role changes nothing
        kept = status != 403 and status < 500 if allowed else status == 403
        if not kept:
            wrong.append(f"{path}: {status}, policy says {allowed}")
    source.expect_none(wrong)


def test_a_customer_account_enters_no_staff_route() -> None:
    user = staff("agent")
    user.grants.all().delete()
    client = signed_in(user)
    entered = [path for path, _view in of("staff") if client.get(filled(path)).status_code not in {302, 403}]
    source.expect_none(entered)


def operations() -> Iterator[tuple[str, str, bool]]:
    """Each operation of the API: its method, its path, and whether it asks for a token."""
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, f"/api/v1{router.prefix}{path}", bool(operation.auth_callbacks)


def closed() -> list[tuple[str, str]]:
    others = OPEN_OPERATIONS | SESSION_OPERATIONS
    return [(method, path) for method, path, _auth in operations() if f"{method} {path}" not in others]


def asked(client: Client, method: str, path: str) -> int:
    whole = BRACED.sub(lambda found: SAMPLES.get(found[1] or "str", "nothing"), path)
    return client.generic(method, whole, b"{}", content_type="application/json").status_code


def test_operations_without_a_token_are_those_on_the_list() -> None:
    found = {f"{method} {path}": auth for method, path, auth in operations()}
    assert set(found) >= OPEN_OPERATIONS
    source.expect_none(sorted(key for key, auth in found.items() if not auth and key not in OPEN_OPERATIONS))


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Bearer", "Basic YTpi"])
def test_no_other_operation_answers_without_a_token(authorization: str) -> None:
    client = Client(headers={"Authorization": authorization} if authorization else {})
    answered = {f"{method} {path}": asked(client, method, path) for method, path in closed()}
    source.expect_none({key: status for key, status in answered.items() if status != 401})


def test_an_operation_of_an_apps_session_answers_neither_tokens_nor_cookies(quiet: None) -> None:
    answered = {}
    for client in (Client(), bearer(staff("admin"), "contacts:read"), signed_in(staff("admin"))):
        for key in SESSION_OPERATIONS:
            answered[key] = asked(client, *key.split())
        source.expect_none({key: status for key, status in answered.items() if status != 401})


def test_no_other_operation_answers_a_token_without_its_scope(quiet: None) -> None:
    client = bearer(staff("admin"), "nothing:at-all")
    answered = {f"{method} {path}": asked(client, method, path) for method, path in closed()}
    source.expect_none({key: status for key, status in answered.items() if status != 403})
