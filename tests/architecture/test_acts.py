"""Every way to administer the house ends in the audit chain (AUD-04).

The ways are the routes of staff that take a POST. From each view we follow, through our own functions, whatever it
names: it has to reach `audit.record`, or an event that is an act, which the journal records by itself.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import pytest

from huiyin.core import audit, clock, journal
from huiyin.core.actors import Actor
from huiyin.core.events import WebhookPaused
from huiyin.core.jobs import deadletter
from huiyin.core.jobs.events import JobRetried
from huiyin.core.models import AuditEntry, Job
from huiyin.core.tests.people import signed_in, staff
from tests.architecture import source
from tests.architecture.test_routes import audience, routes
from tests.browser.pages import methods_of

# Work on a case, a person or an article stands in the journal, with who did it; one's own desk concerns nobody else.
WORK = (
    "/desk/cases/",
    "/desk/people/",
    "/desk/knowledge/",
    "/desk/identities/",
    "/desk/messages/",
    "/desk/undo/",
    "/desk/views/",
    "/desk/notices/",
    "/desk/tour/",
    "/desk/preference/",
)
# What takes a POST and changes nothing: it shows what something would look like, or mean.
SHOWS = {
    "/desk/assistant/flows/<slug:key>/trial/",
    "/desk/calendars/<slug:key>/days/",
    "/desk/calendars/<slug:key>/days/removal/",
    "/desk/calendars/<slug:key>/feed/",
    "/desk/calendars/<slug:key>/years/",
    "/desk/policies/<slug:key>/draft/",
    "/desk/preview/",
    "/desk/macros/preview/",
    "/desk/scripts/preview/",
}


def ways() -> Iterator[tuple[str, Any]]:
    """The routes by which somebody administers the house, with their views."""
    for path, view in routes():
        takes_post = "POST" in (methods_of(view) or {"POST"})
        if audience(view) == "staff" and takes_post and path not in SHOWS and not path.startswith(WORK):
            yield path, inspect.unwrap(view)


def is_recorded(view: FunctionType) -> bool:
    """Whether something that the view can reach writes into the chain."""
    seen: set[FunctionType] = set()
    waiting = [view]
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        for thing in named_by(function):
            if thing is audit.record or (isinstance(thing, type) and getattr(thing, "is_act", False)):
                return True
            if isinstance(thing, FunctionType) and thing.__module__.startswith("huiyin."):
                waiting.append(inspect.unwrap(thing))
    return False


@cache
def named_by(function: FunctionType) -> tuple[Any, ...]:
    """The functions and events that a function's body names, by whatever way it imported them."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    names = {found for node in ast.walk(tree) if (found := dotted(node))}
    things = [resolved(function, name.split(".")) for name in names]
    return tuple(thing for thing in things if isinstance(thing, FunctionType | type))


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (left := dotted(node.value)):
        return f"{left}.{node.attr}"
    return ""


def resolved(function: FunctionType, parts: list[str]) -> Any:
    """What a dotted name of that body stands for, as far as modules lead."""
    thing = function.__globals__.get(parts[0])
    for part in parts[1:]:
        if not isinstance(thing, ModuleType):
            return None
        thing = getattr(thing, part, None)
    return thing


def test_every_way_to_administer_reaches_the_audit_chain() -> None:
    source.expect_none([path for path, view in ways() if not is_recorded(view)])


def test_the_gate_sees_what_is_recorded_and_what_is_not() -> None:
    found = dict(ways())
    assert len(found) > 45
    assert is_recorded(inspect.unwrap(found["/desk/webhooks/<uuid:webhook>/pause/"]))
    assert not is_recorded(inspect.unwrap(dict(routes())["/desk/views/new/"]))


@pytest.mark.django_db
def test_act_when_published_then_stands_in_the_chain_in_the_same_transaction() -> None:
    by, at = Actor("user", "7"), clock.now()
    with pytest.raises(RuntimeError, match="taken back"), journal.transaction.atomic():
        journal.publish(WebhookPaused(subject="h1"), by=by)
        raise RuntimeError("taken back")
    assert AuditEntry.objects.count() == 0
    with journal.transaction.atomic():
        journal.publish(JobRetried(subject="j1", task="a.b"), by=by, at=at)
    row = AuditEntry.objects.get()
    assert (row.action, row.object_kind, row.object_id) == ("job.retried", "job", "j1")
    assert (row.actor_kind, row.actor_id, row.detail) == ("user", "7", '{"task":"a.b"}')


@pytest.mark.django_db
def test_page_of_jobs_when_an_administrator_retries_then_stands_in_the_chain_under_their_name() -> None:
    admin = staff("admin")
    job = Job.objects.create(task="huiyin.core.tasks.tidy", state=Job.State.DEAD)
    assert signed_in(admin).post(f"/desk/jobs/{job.id}/retry/").status_code == 302
    assert deadletter.dead_job(str(job.id)).state == Job.State.READY
    row = AuditEntry.objects.get(action="job.retried")
    assert (row.actor_id, row.object_id, row.result) == (str(admin.id), str(job.id), "done")
