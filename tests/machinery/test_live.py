"""Live pages over a real server: who hears, what is heard, what is made up for, and when it ends."""

import signal
import time
from dataclasses import dataclass

import pytest

from tests.machinery.house import House, until
from tests.machinery.listener import Ear
from tests.servers import free_port

pytestmark = [pytest.mark.faults, pytest.mark.slow]

OPEN = """
from django.core.management import call_command
from huiyin.core import live
live.authorise("test", lambda user, ident: ident != "secret")
live.open_door("test", lambda key: ("test:7",) if key == "good-key" else None)
call_command("serve", port={port}, job_threads=1)
"""
SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
def session(name, *roles):
    user, _new = get_user_model().objects.get_or_create(username=name)
    for role in roles:
        user.grants.get_or_create(role=role)
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "huiyin.accounts.backends.PasswordBackend"
    store.save()
    return store.session_key
print(session("agent", "agent"), session("customer"), session("other", "agent"))
"""


@dataclass
class Open:
    house: House
    port: int
    agent: str
    customer: str
    other: str

    def ear(self, path: str, session: str = "", **headers: str) -> Ear:
        cookie = {"Cookie": f"session={session}"} if session else {}
        return Ear(self.port, path, **cookie, **headers)

    def ask(self, *subjects: int) -> None:
        self.house.run("; ".join(f"work.ask({subject}, 1)" for subject in subjects))


@pytest.fixture
def opened(house):
    port = free_port()
    agent, customer, other = house.run(SIGN_IN).split()
    server = house.start(OPEN.format(port=port))
    until(lambda: _answers(port))
    yield Open(house, port, agent, customer, other)
    began = time.monotonic()
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0
    assert time.monotonic() - began < 10, "a graceful stop ends streams and drains in under ten seconds"


def _answers(port):
    try:
        ear = Ear(port, "/health/live")
    except OSError:
        return False
    return ear.status == 200


def test_listen_when_something_happens_then_hears_its_name_and_nothing_else(opened):
    ear = opened.ear("/live/stream?topics=test", opened.agent)
    assert ear.status == 200
    assert ear.response.headers["Content-Type"].startswith("text/event-stream")
    assert ear.response.headers["X-Accel-Buffering"] == "no"
    narrow = opened.ear("/live/stream?topics=test:8", opened.agent)
    door = opened.ear("/live/test/good-key")
    until(lambda: ear.ids and narrow.ids and door.ids)
    opened.ask(7, 8)
    until(lambda: sorted(ear.names()) == ["test.answered"] * 2 + ["test.asked"] * 2)
    assert {"name": "test.asked", "subject": "test:7", "topics": ["test:7", "test"]} in ear.messages
    until(lambda: sorted(narrow.names()) == ["test.answered", "test.asked"])
    until(lambda: len(door.messages) == 2)
    assert door.messages[0] == {"name": "changed", "subject": "test:7", "topics": ["test:7"]}

    ear.close()
    opened.ask(9)
    back = opened.ear("/live/stream?topics=test", opened.agent, Last_Event_ID=str(ear.ids[-1]))
    until(lambda: "test:9" in [message["subject"] for message in back.messages])


def test_listen_when_not_allowed_then_refused(opened):
    assert opened.ear("/live/stream?topics=test").status == 401
    assert opened.ear("/live/stream?topics=test", opened.customer).status == 401
    assert opened.ear("/live/stream?topics=test:secret", opened.agent).status == 403
    assert opened.ear("/live/stream?topics=unknown:1", opened.agent).status == 403
    assert opened.ear("/live/stream", opened.agent).status == 400
    assert opened.ear("/live/test/bad-key").status == 404
    assert opened.ear("/live/nonsense").status == 404
    assert opened.ear("/live/stream?topics=test", opened.agent, Host="evil.example").status == 400


def test_listen_when_the_person_is_disabled_then_the_stream_ends(opened):
    ear = opened.ear("/live/stream?topics=test", opened.other)
    stays = opened.ear("/live/stream?topics=test", opened.agent)
    until(lambda: ear.ids and stays.ids)
    opened.house.run(
        "from django.contrib.auth import get_user_model;"
        "get_user_model().objects.filter(username='other').update(is_active=False)"
    )
    began = time.monotonic()
    assert ear.ended.wait(6)
    assert time.monotonic() - began < 5.5
    assert not stays.ended.is_set()
