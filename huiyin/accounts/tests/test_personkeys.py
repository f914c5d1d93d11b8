"""A key for each person: sealing under it, forgetting it, and what the rest of the house sees of that."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command

from huiyin.accounts.models import Contact, Identity
from huiyin.accounts.services import correct, register
from huiyin.accounts.services.contacts import Person
from huiyin.core import crypto, keyring, personkeys, rotation
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict
from huiyin.core.fields import Sealed, open_all_sealed
from huiyin.core.ids import uuid7
from huiyin.core.ports import keys

pytestmark = pytest.mark.django_db


def person(name="张三", email="zhang@example.com") -> Contact:
    return register(Person.of(email=email, name=name), by=SYSTEM)[0]


def stored(contact: Contact) -> str:
    return Contact.objects.filter(id=contact.id).values_list("name", flat=True).get()


def test_save_when_a_person_then_sealed_under_their_own_key():
    one, two = person(), person("李四", "li@example.com")
    assert stored(one).startswith(f"v2.{one.id.hex}.")
    assert {Contact.objects.get(id=c.id).name for c in (one, two)} == {"张三", "李四"}


def test_read_when_sealed_for_another_person_then_refused():
    one, two = person(), person("李四", "li@example.com")
    forged = stored(one).replace(one.id.hex, two.id.hex)
    Contact.objects.filter(id=one.id).update(name=Sealed(forged))
    with pytest.raises(crypto.Unsealable):
        Contact.objects.get(id=one.id).name  # noqa: B018 - reading is the test


def test_read_when_key_destroyed_then_nothing_is_there():
    one, two = person(), person("李四", "li@example.com")
    one.attributes = {"vip": True}
    one.save()
    personkeys.destroy([one.id])
    found = Contact.objects.get(id=one.id)
    assert (found.name, found.attributes, found.identities.get().value) == ("", {}, "")
    assert Contact.objects.get(id=two.id).name == "李四"


def test_open_all_when_many_persons_then_their_keys_are_read_with_one_question():
    contacts = [person(str(n), f"p{n}@example.com") for n in range(3)]
    rows = list(Contact.objects.order_by("id").values_list("id", "name"))
    personkeys.forget()
    asked: list[str] = []
    link = keys.port()._open()
    link.set_trace_callback(asked.append)
    names = open_all_sealed(Contact, "name", [*rows, (contacts[0].id, None)])
    link.set_trace_callback(None)
    assert names == ["0", "1", "2", None]
    assert sum("FROM person_key" in sql for sql in asked) == 1


def test_read_when_key_is_missing_then_loud():
    sealed = crypto.seal(b"x", b"p", person=uuid7().hex)
    strange = sealed.replace(crypto.person_of(sealed), uuid7().hex)
    with pytest.raises(crypto.Unsealable) as told:
        crypto.unseal(strange, b"p")
    assert not isinstance(told.value, crypto.Erased)


def test_write_when_key_destroyed_then_refused():
    one = person()
    personkeys.destroy([one.id])
    with pytest.raises(Conflict) as refused:
        correct(Contact.objects.get(id=one.id), name="again", by=SYSTEM)
    assert refused.value.code == "person_erased"


def test_destroy_when_another_process_did_it_then_seen_within_seconds(monkeypatch):
    one = person()
    assert personkeys.cipher(one.id.hex) is not None
    keys.port().destroy([one.id.hex])  # as another process would: ours is not told
    began = time.monotonic()
    monkeypatch.setattr(personkeys.time, "monotonic", lambda: began + 2.1)
    assert personkeys.cipher(one.id.hex) is None


def test_rotate_when_persons_have_keys_then_rewrapped_and_values_stay(ring):
    one = person()
    before, wrapped = stored(one), keys.port().read(one.id.hex)
    call_command("keys", "rotate")
    after = keys.port().read(one.id.hex)
    assert (wrapped.root, after.root, stored(one)) == ("k1", "k2", before)
    assert rotation.counts() == {"k1": 0, "k2": 1}
    age(ring)
    call_command("keys", "retire", "k1")
    personkeys.forget()
    assert Contact.objects.get(id=one.id).name == "张三"


def test_rotate_when_values_are_older_than_persons_keys_then_moved_under_them(ring):
    contacts = [person(str(n), f"p{n}@example.com") for n in range(3)]
    identities = [contact.identities.get() for contact in contacts]
    for row, model, column in [
        *((c, Contact, "name") for c in contacts),
        *((i, Identity, "value") for i in identities),
    ]:
        field = model._meta.get_field(column)
        old = field.seal(getattr(row, column), str(row.id))
        model.objects.filter(id=row.id).update(**{column: old})
    assert rotation.counts() == {"k1": 6 + 3}
    assert [Contact.objects.get(id=c.id).name for c in contacts] == ["0", "1", "2"]
    assert rotation.reseal() == 6
    assert all(stored(c).startswith(f"v2.{c.id.hex}.") for c in contacts)
    assert [Contact.objects.get(id=c.id).name for c in contacts] == ["0", "1", "2"]
    assert rotation.counts() == {"k1": 3}


def test_retire_when_a_persons_key_depends_on_it_then_refused(ring):
    person()
    keyring.add_root_key()
    age(ring)
    with pytest.raises(keyring.KeyringError, match="values are sealed"):
        rotation.retire("k1")


def test_fresh_when_many_at_once_then_each_once_with_its_key_and_few_writes(ring, monkeypatch):
    store, writes = keys.port(), []
    keep = store.add
    monkeypatch.setattr(store, "add", lambda made: (writes.append(len(made)), keep(made)))
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda _n: personkeys.fresh(), range(100)))
    assert len(set(given)) == 100
    assert all(personkeys.cipher(subject.hex) for subject in given)
    assert len(writes) <= 8 and max(writes) <= personkeys.MOST_AHEAD


def age(ring) -> None:
    body = json.loads(ring.read_text())
    body["rotated_at"] = 1.0
    ring.write_text(json.dumps(body))
    keyring.forget()
