"""A door that is closed in one process is shut in every other within five seconds: page, program, stream."""

import http.client
import time

import pytest

from tests.machinery.house import until
from tests.machinery.listener import Ear
from tests.servers import free_port

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SERVE = """
from django.core.management import call_command
from huiyin.core import live
live.authorise("test", lambda user, ident: True)
call_command("serve", port={port}, job_threads=1)
"""
MOVE_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from huiyin.accounts.arrivals import Arrival
from huiyin.accounts.services import people, sessions, tokens
from huiyin.core.actors import SYSTEM
user = people.create_user(username="ana", roles=("agent",), by=SYSTEM)
store = SessionStore()
store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
store[BACKEND_SESSION_KEY] = "huiyin.accounts.backends.PasswordBackend"
store.save()
sessions.open_session(user, key=store.session_key, arrival=Arrival(), door="password")
_token, raw = tokens.issue_token(user, scopes=["cases:read"], by=SYSTEM)
print(store.session_key, raw)
"""
CLOSE = {
    "disabled": """
from huiyin.accounts.models import User
from huiyin.accounts.services import people
from huiyin.core.actors import SYSTEM
people.disable(User.objects.get(username="ana"), by=SYSTEM)
""",
    "ended": """
from huiyin.accounts.models import Session
from huiyin.accounts.services import sessions
from huiyin.core.actors import SYSTEM
sessions.end_session(Session.objects.get(), why="by_owner", by=SYSTEM)
""",
}
IN_TIME = 5.0


@pytest.mark.parametrize("how", CLOSE)
def test_door_when_closed_elsewhere_then_shut_in_every_process_within_five_seconds(house, how):
    key, token = house.run(MOVE_IN).split()
    ports = [free_port(), free_port()]
    for port in ports:
        house.start(SERVE.format(port=port))
    until(lambda: all(_status(port, "/health/live") == 200 for port in ports))
    cookie, bearer = {"Cookie": f"session={key}"}, {"Authorization": f"Bearer {token}"}
    assert [_status(port, "/account/", **cookie) for port in ports] == [200, 200]
    assert [_status(port, "/api/v1/cases", **bearer) for port in ports] == [200, 200]
    ears = [Ear(port, "/live/stream?topics=test", **cookie) for port in ports]
    until(lambda: all(ear.ids for ear in ears))

    house.run(CLOSE[how])
    began = time.monotonic()
    until(lambda: all(_status(port, "/account/", **cookie) == 302 for port in ports), seconds=IN_TIME)
    if how == "disabled":
        until(lambda: all(_status(port, "/api/v1/cases", **bearer) == 401 for port in ports), seconds=IN_TIME)
    assert all(ear.ended.wait(max(0.0, IN_TIME - (time.monotonic() - began))) for ear in ears)


def _status(port: int, path: str, **headers: str) -> int:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        link.request("GET", path, headers=headers)
        return link.getresponse().status
    except OSError:
        return 0
    finally:
        link.close()
