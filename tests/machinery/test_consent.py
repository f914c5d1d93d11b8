"""Consent under load: processes that say yes and no at once lose no word, and the row agrees with the last one."""

import json

import pytest

from tests.machinery.house import House

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SEED = """
from huiyin.accounts.services import register
from huiyin.accounts.services.contacts import Person
from huiyin.core.actors import SYSTEM
from huiyin.privacy import services
services.install(lambda name: __import__("huiyin.privacy.models", fromlist=[name]).__dict__[name])
print(register(Person.of(email="zhang@example.com", name="张三"), by=SYSTEM)[0].id)
"""
SWITCH = """
from huiyin.accounts.models import Contact
from huiyin.privacy import services
contact = Contact.objects.get(id="{contact}")
for turn in range(8):
    act = services.give_consent if (turn + {start}) % 2 else services.withdraw
    act(contact, "{purpose}", channel="test", address="203.0.113.9", by=contact.actor)
print("said")
"""
READ = """
import json
from huiyin.accounts.models import Contact
from huiyin.privacy.models import Consent
last = {{}}
for consent in Consent.objects.filter(contact="{contact}").order_by("at", "id"):
    last[consent.purpose] = consent.is_given
counts = {{purpose: Consent.objects.filter(purpose=purpose).count() for purpose in last}}
print(json.dumps([Contact.objects.get(id="{contact}").choices, last, counts]))
"""


def test_consent_when_processes_speak_at_once_then_every_word_is_kept_and_none_undoes_another(house: House):
    contact = house.run(SEED)
    purposes = ["marketing", "analytics", "third_party"]
    speaking = [
        house.start(SWITCH.format(contact=contact, purpose=purpose, start=start))
        for start, purpose in enumerate(purposes)
    ]
    for process in speaking:
        out, error = process.communicate(timeout=150)
        assert "said" in out, error[-2000:]
    choices, last, counts = json.loads(house.run(READ.format(contact=contact)))
    assert counts == dict.fromkeys(purposes, 8)
    assert choices == last
