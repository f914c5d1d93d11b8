"""The part of `bin/bench accounts` that runs inside the house: hashing, queries of pages, sealed against plain.

python -m bench._accounts 0|1          1 is quick; prints one JSON line
"""

import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher, make_password  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.accounts import PAGES, PEOPLE  # noqa: E402
from bench.http import PASSWORD  # noqa: E402
from huiyin.accounts.hashers import OwaspArgon2Hasher  # noqa: E402
from huiyin.accounts.models import Contact, Grant, Role, User  # noqa: E402
from huiyin.accounts.services import contacts  # noqa: E402
from huiyin.core import journal, personkeys  # noqa: E402
from huiyin.core.actors import SYSTEM  # noqa: E402
from huiyin.core.fields import EncryptedTextField  # noqa: E402
from huiyin.core.ids import uuid7  # noqa: E402

ROUNDS = 7
LISTED = 50


def main(is_quick: bool) -> None:
    logging.disable(logging.INFO)
    hire()
    scale = 1 if is_quick else 10
    found = {
        "sign-in": hashing(2 * scale),
        "queries": {name: queries(path) for name, path in PAGES.items()},
        "sealing": sealing(10 * scale),
    }
    print(json.dumps(found))


def hire() -> None:
    """Twenty agents with one password, hashed once."""
    password = make_password(PASSWORD)
    people = User.objects.bulk_create(User(username=f"agent-{n}", password=password) for n in range(PEOPLE))
    Grant.objects.bulk_create(Grant(user=user, role=Role.AGENT) for user in people)


def hashing(times: int) -> dict[str, Any]:
    """CPU of one check of a password, ours and by the two hashers that Django would take."""
    costs = {}
    for name, hasher in {
        "argon2id": OwaspArgon2Hasher(),
        "argon2id_of_django": Argon2PasswordHasher(),
        "pbkdf2_of_django": PBKDF2PasswordHasher(),
    }.items():
        encoded = hasher.encode(PASSWORD, "a" * 22)
        costs[name] = cpu_ms(lambda hasher=hasher, encoded=encoded: hasher.verify(PASSWORD, encoded), times)
    return {
        "argon2id_cpu_ms": costs["argon2id"],
        "times_cheaper_than_djangos_argon2": round(costs["argon2id_of_django"] / costs["argon2id"], 1),
        "times_cheaper_than_djangos_pbkdf2": round(costs["pbkdf2_of_django"] / costs["argon2id"], 1),
    }


def queries(path: str) -> int:
    """How many one look at the page costs, once caches are warm."""
    client = Client(headers={"Host": "127.0.0.1"})
    if "sign-in" not in path:
        client.force_login(User.objects.get(username="agent-0"))
    for _look in range(2):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(seen)


def sealing(times: int) -> dict[str, Any]:
    """A contact made and read with its name and address sealed, and with both in the clear, in turns."""
    rows: dict[str, list[float]] = {"make": [], "read_warm": [], "read_cold": []}
    plain_rows: dict[str, list[float]] = {"make": [], "read_warm": []}
    for _round in range(ROUNDS):
        made, cost = creating(times, subject=personkeys.fresh)
        rows["make"].append(cost)
        rows["read_warm"].append(cpu_ms(lambda made=made: read(made), times))
        rows["read_cold"].append(cpu_ms(lambda made=made: (personkeys.forget(), read(made)), times))
        with in_the_clear():
            made, cost = creating(times, subject=uuid7)
            plain_rows["make"].append(cost)
            plain_rows["read_warm"].append(cpu_ms(lambda made=made: read(made), times))
    plain_rows["read_cold"] = plain_rows["read_warm"]
    return {
        what: {
            "sealed_cpu_ms": median(rows[what]),
            "plain_cpu_ms": median(plain_rows[what]),
            "times": median([a / b for a, b in zip(rows[what], plain_rows[what], strict=True)]),
        }
        for what in rows
    }


def creating(times: int, *, subject: Callable[[], Any]) -> tuple[list[Any], float]:
    """So many contacts as a voice makes them, and the CPU of each."""
    made: list[Any] = []

    def create() -> None:
        mark = uuid7().hex
        person = contacts.Person.of(email=f"{mark}@example.com", name="王小明")
        key = subject()
        with transaction.atomic():
            contact, facts = contacts.find_or_create(person, subject=key, by=SYSTEM)
            journal.publish_all(facts, by=SYSTEM)
        made.append(contact.id)

    return made, cpu_ms(create, max(times, LISTED))


def read(made: list[Any]) -> None:
    """A list of fifty people with their first address."""
    rows = Contact.objects.filter(id__in=made[:LISTED]).prefetch_related("identities")
    assert all(row.name and row.identities.all()[0].value for row in rows)


@contextmanager
def in_the_clear() -> Iterator[None]:
    """The same columns as plain text: what the product would cost without sealing."""
    kept = {
        name: EncryptedTextField.__dict__[name] for name in ("pre_save", "from_db_value", "get_prep_value")
    }
    EncryptedTextField.pre_save = lambda self, row, add: _stored(row.__dict__.get(self.attname))  # type: ignore[method-assign]
    EncryptedTextField.from_db_value = lambda self, value, *_rest: value  # type: ignore[method-assign]
    EncryptedTextField.get_prep_value = lambda self, value: value  # type: ignore[method-assign]
    try:
        yield
    finally:
        for name, method in kept.items():
            setattr(EncryptedTextField, name, method)


def _stored(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


def cpu_ms(work: Callable[[], Any], times: int) -> float:
    began = time.process_time()
    for _turn in range(times):
        work()
    return round(1000 * (time.process_time() - began) / times, 3)


def median(values: list[float]) -> float:
    return round(statistics.median(values), 3)


if __name__ == "__main__":
    main(sys.argv[1] == "1")
