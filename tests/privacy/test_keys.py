"""What an intake costs the key store: at most one write that is synced to disk, and in a rush far less."""

import pytest

from huiyin.accounts.services.contacts import Person
from huiyin.cases.tests.factories import heard, organisation
from huiyin.core import personkeys
from huiyin.core.ports import keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def writes(ring, tmp_path, settings, monkeypatch) -> list[int]:
    """How many keys each write to the store made, as they come."""
    settings.DATA = tmp_path
    organisation()
    store, made = type(keys.port()), []
    add = store.add
    monkeypatch.setattr(store, "add", lambda self, new: (made.append(len(new)), add(self, new))[1])
    monkeypatch.setattr(personkeys, "_minted_at", 0.0)
    personkeys.forget()
    return made


def rest(monkeypatch) -> None:
    """Nothing came in for a while."""
    monkeypatch.setattr(personkeys, "_minted_at", 0.0)
    personkeys.forget()


def test_intake_when_somebody_new_or_known_writes_then_one_key_and_one_write(writes, monkeypatch):
    first = heard(person=Person.of(email="zhang@example.com", name="张三"))
    assert writes == [1]
    rest(monkeypatch)
    again = heard("第二个请求", person=Person.of(email="zhang@example.com", name="张三"))
    assert (again.contact_id, writes) == (first.contact_id, [1, 1])


def test_intake_when_many_come_at_once_then_few_writes(writes, monkeypatch):
    monkeypatch.setattr(personkeys, "BUSY", 3600.0)  # however slow this machine is
    for number in range(40):
        heard(f"第 {number} 个请求", person=Person.of(email=f"p{number}@example.com"))
    assert len(writes) <= 7 and sum(writes) >= 40
