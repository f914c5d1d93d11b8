"""Key rotation beside a writing process, killed on its way and resumed: every value and person stays readable."""

import json
import time

import pytest

from tests.machinery.house import House, kill, until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SEED = """
from huiyin.core.models import OutgoingMail
rows = [OutgoingMail(key=str(n), to="a@b.c", subject="s", text=f"{n}:0") for n in range(300)]
OutgoingMail.objects.bulk_create(rows)
from huiyin.accounts.services import register
from huiyin.accounts.services.contacts import Person
from huiyin.core.actors import SYSTEM
for n in range(40):
    register(Person.of(email=f"p{n}@example.com", name=f"name {n}"), by=SYSTEM)
"""
WRITE = """
import json, os
from django.conf import settings
from huiyin.core.models import OutgoingMail
last, turn, stop = {}, 0, settings.DATA / "stop"
while not stop.exists():
    turn += 1
    row = OutgoingMail.objects.get(key=str(turn * 7 % 300))
    row.text = last[row.key] = f"{row.text.split(':')[0]}:{turn}"
    row.save(update_fields=["text"])
    if turn == 20:
        print("writing", flush=True)
print(json.dumps(last))
"""
ROTATE = """
import time
from huiyin.core import keyring, personkeys, rotation
rotation.BATCH = personkeys.REWRAP_BATCH = 10
if {add}:
    keyring.add_root_key()
print("rotating", flush=True)
rotation.reseal(tell=lambda column, count: time.sleep(0.02))
print("done", flush=True)
"""
READ = """
import json
from huiyin.core import rotation
from huiyin.core.models import OutgoingMail
from huiyin.accounts.models import Contact
texts = {row.key: row.text for row in OutgoingMail.objects.all()}
names = sorted(contact.name for contact in Contact.objects.all())
print(json.dumps([texts, names, rotation.counts()]))
"""


def rotate(house: House, *, add: bool):
    process = house.start(ROTATE.format(add=add))
    assert process.stdout.readline() == "rotating\n"
    return process


def test_rotate_when_killed_beside_a_writer_then_all_moves_and_nothing_is_lost(house):
    house.run(SEED)
    writer = house.start(WRITE)
    assert writer.stdout.readline() == "writing\n"
    for number in range(3):
        process = rotate(house, add=number == 0)
        time.sleep(0.15)
        kill(process)
    last_run = rotate(house, add=False)
    until(lambda: last_run.poll() is not None, seconds=60)
    (house.data / "stop").touch()
    written = json.loads(writer.communicate(timeout=60)[0])
    house.run(ROTATE.format(add=False))
    texts, names, counts = json.loads(house.run(READ))
    assert len(written) > 10
    assert {key: texts[key] for key in written} == written
    assert len(texts) == 300
    assert (counts["k1"], counts["k2"]) == (0, 300 * 4 + 40)
    assert names == sorted(f"name {n}" for n in range(40))
