"""Every route that names an object of somebody's work, with every role limited to a team or a business line.

The own object is found; another team's, another line's and none at all look alike (P05, P19, P34).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Role
from huiyin.accounts.selectors import forget_directory
from huiyin.accounts.services import merging
from huiyin.cases import services as cases
from huiyin.cases.models import Case, SavedView
from huiyin.cases.tests import factories
from huiyin.core import attachments
from huiyin.core.actors import SYSTEM
from huiyin.core.ids import uuid7
from huiyin.core.tests.people import bearer, signed_in, staff
from tests.architecture import source
from tests.architecture.test_access import METHODS, PARAMETER, SAMPLES, operations
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
    *("ranker_id", "topic_id", "sample_id", "task", "version_id"),
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


def object_operations() -> Iterator[tuple[str, str]]:
    """Operations of the API whose address names something of somebody's work."""
    for method, path, has_token in operations():
        if has_token and {"{number}", "{contact_id}", "{merge_id}"} & set(path.split("/")):
            yield method, path


def said(path: str, own: Things) -> dict[str, object]:
    """What an operation has to be told before it looks for its object; beside the object stands one's own."""
    if path.startswith("/api/v1/contacts/"):
        return {"into": own.contact_id}
    bodies: dict[str, dict[str, object]] = {
        "replies": {"body": "words"},
        "notes": {"body": "words"},
        "transitions": {"to": "open"},
        "merge": {"version": 1, "into": own.number},
        "split": {"version": 1, "message": own.message},
        "links": {"version": 1, "target": own.number, "kind": "related"},
    }
    return bodies.get(path.rsplit("/", 1)[-1], {"version": 1})


def of_program(client: Client, method: str, path: str, things: Things, own: Things) -> int:
    whole = path.format(number=things.number, contact_id=things.contact_id, merge_id=things.merge_id)
    body = said(path, own)
    return client.generic(method, whole, json.dumps(body), content_type="application/json").status_code


@pytest.mark.parametrize("limit", ["line", "team"])
def test_an_object_out_of_a_programs_reach_looks_like_none(world, limit: str) -> None:
    line, team, own = world["own"]
    user = staff("agent")
    user.grants.update(**({"line": line} if limit == "line" else {"team": team}))
    client = bearer(user, "cases:read", "cases:write", "contacts:read", "contacts:act")
    none = Things("999999999", *(str(uuid7()) for _ in range(4)))
    wrong, seen = [], 0
    for method, path in object_operations():
        seen += 1
        absent = of_program(client, method, path, none, own)
        out_of_reach = ["foreign"] if limit == "line" else ["foreign", "other_team"]
        told = {name: of_program(client, method, path, world[name][2], own) for name in out_of_reach}
        wrong += [f"{method} {path}: {name} {s}, absent {absent}" for name, s in told.items() if s != absent]
        if absent != 404:
            wrong.append(f"{method} {path}: absent {absent}")
        if (mine := of_program(client, method, path, own, own)) in {403, 404} or mine >= 500:
            wrong.append(f"{method} {path}: own {mine}")
    source.expect_none(wrong)
    assert seen >= 12


@pytest.mark.parametrize("role", LIMITED)
def test_a_file_out_of_reach_looks_like_none(world, role: str) -> None:
    _line, team, _own = world["own"]
    user = staff(role)
    user.grants.update(team=team)
    client = signed_in(user)
    files = {name: files_of(things) for name, (_l, _t, things) in world.items()}
    told = {name: [client.get(path).status_code for path in paths] for name, paths in files.items()}
    absent = client.get(f"/desk/files/{uuid7()}/").status_code
    if role == Role.EXTERNAL:  # a guest opens no file at all
        assert (absent, {status for each in told.values() for status in each}) == (403, {403})
    else:
        assert (absent, told) == (404, {"own": [200, 200], "other_team": [404, 404], "foreign": [404, 404]})


def files_of(things: Things) -> list[str]:
    """Addresses of a file of a message and of a file of a note."""
    case = Case.objects.get(number=things.number)
    made = [attachments.store(SimpleUploadedFile("note.txt", b"words"), by=SYSTEM) for _each in range(2)]
    cases.note(case, "with a file", files=(made[0].id,), by=SYSTEM)
    attachments.claim([made[1].id], owner_kind="message", owner_id=things.message)
    return [f"/desk/files/{each.id}/" for each in made]


def test_a_saved_view_of_somebody_else_is_not_seen_unless_shared_and_never_removed() -> None:
    factories.organisation()
    me, other = staff("agent"), staff("agent")
    mine = cases.save_view(user=me, name="mine-alone", query="view=all")
    hidden = cases.save_view(user=other, name="theirs-alone", query="view=all")
    shared = cases.save_view(user=other, name="theirs-shared", query="view=all", is_shared=True)
    client = signed_in(me)
    page = client.get("/desk/cases/?view=all").content.decode()
    assert [name in page for name in ("mine-alone", "theirs-alone", "theirs-shared")] == [True, False, True]
    keys = {"none": uuid7(), "hidden": hidden.id, "shared": shared.id, "mine": mine.id}
    told = {name: client.post(f"/desk/views/{key}/deletion/").status_code for name, key in keys.items()}
    assert told == {"none": 404, "hidden": 404, "shared": 404, "mine": 302}
    assert set(SavedView.objects.values_list("name", flat=True)) == {"theirs-alone", "theirs-shared"}
