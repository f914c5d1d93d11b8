"""Every route that names an object of somebody's work, with every role limited to a team or a business line.

The own object is found; another team's, another line's and none at all look alike (P05, P19, P34).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Role
from huiyin.accounts.selectors import forget_directory
from huiyin.accounts.services import merging
from huiyin.cases.models import Case
from huiyin.cases.tests import factories
from huiyin.core.actors import SYSTEM
from huiyin.core.ids import uuid7
from huiyin.core.tests.people import signed_in, staff
from tests.architecture import source
from tests.architecture.test_access import METHODS, PARAMETER, SAMPLES
from tests.architecture.test_routes import audience, routes

pytestmark = pytest.mark.django_db

# What belongs to somebody's work, and is found through it alone.
WORK = ("number", "contact_id", "message", "identity", "merge_id")
# What the whole house shares: a policy says who may, not whose it is. Files and views have tests of their own.
HOUSE = {
    *(
        "job_id",
        "webhook",
        "delivery",
        "transfer",
        "key",
        "file_id",
        "attachment",
        "view_id",
        "kind",
        "version",
    ),
    *(
        "field_id",
        "script_id",
        "macro_id",
        "site_id",
        "kid",
        "invitation",
        "person",
        "grant",
        "trust_request",
    ),
    *("step_id", "role", "client_id", "gap", "article_import"),
}
# Routes that find nothing of their own without something more in the body or the address.
ASKS_MORE = ("/macros/", "/clocks/<slug:kind>/")
LIMITED = [role for role in Role.values if role != Role.ADMIN]


@dataclass(frozen=True)
class Things:
    """One object of each kind, by the names of the routes."""

    number: str
    contact_id: str
    message: str
    identity: str
    merge_id: str


def parameters(path: str) -> list[str]:
    return [found.group(0).strip("<>").split(":")[-1] for found in PARAMETER.finditer(path)]


def work_routes() -> Iterator[str]:
    """Routes of staff whose every parameter is known here and one of them is somebody's work."""
    for path, view in routes():
        if audience(view) == "staff" and set(parameters(path)) & set(WORK):
            yield path


def filled(path: str, things: Things) -> str:
    values = vars(things)
    return PARAMETER.sub(
        lambda m: values.get(m[0].strip("<>").split(":")[-1], SAMPLES.get(m[1] or "str", "nothing")), path
    )


def status(client: Client, path: str) -> int:
    return next(s for method in METHODS if (s := getattr(client, method)(path).status_code) != 405)


def things_of(case: Case) -> Things:
    """The case with what hangs on it; a second person is merged into its contact."""
    second = factories.heard().contact
    made = merging.merge(second, into=case.contact, by=SYSTEM)
    message = case.conversation.messages.get()
    identity = case.contact.identities.first()
    assert identity is not None
    return Things(str(case.number), str(case.contact_id), str(message.id), str(identity.id), str(made.id))


@pytest.fixture
def world(settings):
    """Two teams of one line, a team of another; one case each."""
    settings.DEBUG = False
    factories.organisation()
    lines = {key: accounts.open_line(key=key, name_zh=key, name_en=key) for key in ("near", "far")}
    places = {"own": "near", "other_team": "near", "foreign": "far"}
    made = {}
    for name, line in places.items():
        key = name.replace("_", "-")
        team = accounts.add_team(key=key, name_zh=name, name_en=name, line=lines[line])
        accounts.add_product(key=f"{key}-app", name_zh=name, name_en=name, line=lines[line], team=team)
        forget_directory()
        made[name] = (lines[line], team, things_of(factories.heard(product=f"{key}-app")))
    return made


def test_every_parameter_of_a_staff_route_is_known_here() -> None:
    found = {name for path, view in routes() if audience(view) == "staff" for name in parameters(path)}
    source.expect_none(sorted(found - set(WORK) - HOUSE))


@pytest.mark.parametrize(("role", "limit"), [("agent", "line"), *((role, "team") for role in LIMITED)])
def test_an_object_out_of_reach_looks_like_none(world, role: str, limit: str) -> None:
    line, team, own = world["own"]
    user = staff(role)
    user.grants.update(**({"line": line} if limit == "line" else {"team": team}))
    client = signed_in(user)
    client.raise_request_exception = False
    none = Things("999999999", *(str(uuid7()) for _ in range(4)))
    out_of_reach = ["foreign"] if limit == "line" else ["foreign", "other_team"]
    wrong = []
    for path in work_routes():
        absent = status(client, filled(path, none))
        told = {name: status(client, filled(path, world[name][2])) for name in out_of_reach}
        wrong += [f"{path}: {name} {s}, absent {absent}" for name, s in told.items() if s != absent]
        if absent not in {403, 404}:
            wrong.append(f"{path}: absent {absent}")
        mine = status(client, filled(path, own))
        is_whole = set(parameters(path)) <= set(WORK) and not path.endswith(ASKS_MORE)
        if is_whole and (mine >= 500 or mine == absent == 404):
            wrong.append(f"{path}: own {mine}")
    source.expect_none(wrong)
