"""What goes on in a house while somebody is served, and what its processes write about it.

Every request carries canaries where a log might pick them up: address, query, headers, cookies, fields, JSON,
mistakes. They go to both fronts, while a job fails with a mistake that quotes its arguments and a listener hears.
"""

import http.client
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from tests.machinery.canaries import sightings
from tests.machinery.house import PREPARE, House, until
from tests.machinery.listener import Ear
from tests.servers import free_port

# Everything is written, at the finest level; a topic of the live pages fails with a mistake that quotes it.
SERVE = """
import logging
from django.core.management import call_command
from huiyin.core import live
logging.getLogger().setLevel(logging.DEBUG)
def quote(user, ident):
    if ident:
        raise ValueError(f"{{ident}} cannot be heard")
    return True
live.authorise("test", quote)
call_command("serve", port={port}, job_threads=1)
"""
MOVE_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from huiyin.accounts.arrivals import Arrival
from huiyin.accounts.models import User
from huiyin.accounts.services import sessions, tokens
from huiyin.core.actors import SYSTEM
user = User.objects.get(username="agent")
store = SessionStore()
store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
store[BACKEND_SESSION_KEY] = "huiyin.accounts.backends.PasswordBackend"
store.save()
sessions.open_session(user, key=store.session_key, arrival=Arrival(), door="password")
_token, raw = tokens.issue_token(user, scopes=["voices:write"], by=SYSTEM)
work.fail.enqueue("GAMMAcanaryjob")
print(store.session_key, raw)
"""
SETTLED = """
from huiyin.core.models import Job, JournalEntry
failed = Job.objects.filter(task__endswith="work.fail").values_list("state", flat=True)
print(list(failed) == ["dead"] and not JournalEntry.objects.filter(dispatched=False).exists())
"""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@contextmanager
def served(house: House) -> Iterator[tuple[int, int]]:
    """The house open on two ports: all in one process, and as many processes as it has when it is scaled out."""
    whole, pages = free_port(), free_port()
    begun = [
        house.run_apart("serve", ["-c", PREPARE + SERVE.format(port=whole)]),
        house.run_apart("web", ["-m", "huiyin", "web", "--port", str(pages), "--workers", "1"]),
    ]
    try:
        until(lambda: all(_ask(port, "GET", "/health/live")[0] == 200 for port in (whole, pages)))
        yield whole, pages
    finally:
        for process in begun:
            process.send_signal(signal.SIGTERM)
        for process in begun:
            process.wait(40)


def go_on(house: House, mark: str) -> list[str]:
    """Serve this person and strangers for a while; answers what the live pages of the staff were told."""
    with served(house) as (whole, pages):
        session, token = house.run(MOVE_IN).split()
        staff = {"Cookie": f"session={session}"}
        ear = Ear(whole, "/live/stream?topics=case,test", **staff)
        until(lambda: ear.ids)
        assert _ask(whole, "GET", "/live/stream?topics=test:GAMMAcanarytopic", **staff)[0] == 500
        for port in (whole, pages):
            assert strangers(port) == [404, 200, 404, 403, 400, 401]
            assert programs(port, mark, token) == [400, 400, 201]
        until(lambda: house.run(SETTLED).splitlines()[-1] == "True")
        until(lambda: any(name.startswith("case.") for name in ear.names()))
        ear.close()
    return [json.dumps(message) for message in ear.messages]


def strangers(port: int) -> list[int]:
    """Requests of nobody we know, with canaries wherever a request has room for words."""
    who = {
        "User-Agent": "GAMMAcanaryagent",
        "Referer": "http://GAMMAcanaryreferer.example/",
        "Cookie": "session=GAMMAcanarycookie",
        "X-Forwarded-For": "GAMMAcanaryforwarded",
    }
    form = urlencode({"username": "GAMMAcanaryname", "password": "GAMMAcanarypassword"})
    asked = [
        _ask(port, "GET", "/GAMMAcanarypath/?x=GAMMAcanaryx", **who),
        _ask(port, "GET", "/kb/search?q=GAMMAcanaryquery", **who),
        _ask(port, "GET", "/account/privacy/by/GAMMAcanarykey/", **who),
        _ask(port, "POST", "/account/sign-in/", form, **who, **FORM),
        _ask(port, "GET", "/", **{**who, "Host": "GAMMAcanaryhost.example"}),
        _ask(port, "POST", "/api/v1/voices", "{}", **JSON, Authorization="Bearer GAMMAcanarytoken"),
    ]
    return [status for status, _body in asked]


def programs(port: int, mark: str, token: str) -> list[int]:
    """What a program hands in with a good token: no JSON, not what was asked for, and the words of this person."""
    bodies = ['{"text": GAMMAcanaryjson', '{"text": {"GAMMAcanaryname": 1}}', _voice(mark, port)]
    known = {"Authorization": f"Bearer {token}", **JSON}
    return [_ask(port, "POST", "/api/v1/voices", body, **known)[0] for body in bodies]


def told(house: House, *marks: str) -> dict[str, list[str]]:
    """Canaries in what the processes wrote, by the name of the log."""
    logs = {path.name: path.read_bytes() for path in house.logs.iterdir()}
    assert all(logs[name] for name in ("serve.log", "web.log"))
    return {
        name: found
        for name, body in logs.items()
        if (found := [s for m in marks for s in sightings(body, m)])
    }


def _voice(mark: str, port: int) -> str:
    who = {"email": f"{mark}canaryemail@example.com", "name": f"{mark}canaryname"}
    said = {"source": "api", "text": f"{mark}canaryspoken to {port}", "contact": who}
    return json.dumps({**said, "context": {"page": f"{mark}canaryseen"}})


def _ask(port: int, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        link.request(method, path, body, headers)
        answer = link.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")[:500]
    except OSError as refused:
        return 0, str(refused)
    finally:
        link.close()
