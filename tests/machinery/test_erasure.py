"""Forgetting somebody, proved byte by byte: canaries in every place, one erasure, a scan; then an older backup.

Neighbours carry canaries too: after the erasure of one person theirs are all still there.
"""

import json
import shutil
from pathlib import Path

import pytest

from tests.machinery.house import House

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SEED = '''
import json
from datetime import timedelta
from django.core.files.uploadedfile import SimpleUploadedFile
from django.conf import settings
from huiyin.accounts import services as accounts
from huiyin.accounts.models import Contact, User
from huiyin.accounts.services.contacts import Person
from huiyin.cases import services as cases
from huiyin.cases.models import Case, Draft
from huiyin.conversations.models import Message
from huiyin.core import attachments, clock, mail, sms
from huiyin.core.actors import SYSTEM, Owner
from huiyin.core.models import IdempotencyKey, Job
from huiyin.language import services as language
from huiyin.privacy import services as privacy
from huiyin.voices.services import Spoken

cases.install()
agent = accounts.create_user(username="agent", display_name="Agent", roles=("agent",), by=SYSTEM)

def plant(mark):
    """One canary for each place; answers them by the place."""
    c = lambda place: f"{mark}canary{place}"
    user = accounts.create_user(username=c("username").lower(), display_name=c("displayname"),
                                email=f"{c('useremail')}@example.com", by=SYSTEM)
    person = Person.of(email=f"{c('email')}@example.com", external_id=c("externalid"), name=c("name"))
    file = attachments.store(SimpleUploadedFile(c("filename") + ".txt", (c("filebody") + " ").encode() * 50), by=SYSTEM)
    spoken = Spoken(source="form", text=f"{c('text')} refund please", subject=c("subject"), person=person,
                    context={"page": c("page")}, attachments=(file.id,))
    taken = cases.hear(spoken, by=SYSTEM)
    case, contact = taken.case, taken.voice.contact
    contact.user, contact.city, contact.attributes = user, c("city"), {"note": c("attribute")}
    contact.save()
    cases.note(case, c("note"), by=agent.actor)
    cases.reply(case, f"Dear {c('reply')}", by=agent.actor)
    Draft.objects.create(user=agent, case=case, body=c("draft"))
    case.refresh_from_db()
    cases.solve(case, resolution=c("resolution"), by=agent.actor)
    case.refresh_from_db()
    cases.confirm(case, score=5, comment=c("comment"), by=contact.actor)
    language.learn("kind", taken.voice.text, "question", by=agent.actor)
    owner = Owner("", "", contact.id)
    letter = mail.send(f"{c('mailto')}@example.com", c("mailsubject"), c("mailtext"), key=c("k"), owner=owner)
    mail.deliver(letter.id)
    text = sms.send("13800138000", c("smstext"), id=f"sms-{mark}", owner=owner)
    sms.deliver(text.id)
    Job.objects.create(task="x.y", args=[c("job") + c("name")], state="dead", error=c("joberror") + c("email"))
    IdempotencyKey.objects.create(scope="s", key=mark, body_hash="h", status=200,
        answer={"body": __import__("base64").b64encode((c("answer") + c("name")).encode()).decode(), "headers": {}})
    privacy.give_consent(contact, "marketing", channel="test", address=c("address"), by=contact.actor)
    return str(contact.id)

found = {mark: plant(mark) for mark in ("ALPHA", "BRAVO")}
print(json.dumps(found))
'''
EXPORT = """
import sys, zipfile, json
from huiyin.accounts.models import Contact
from huiyin.core.ports import files
from huiyin.privacy import services as privacy
contact = Contact.objects.get(id="{contact}")
export = privacy.ask_export(contact, channel="test", by=contact.actor)
privacy.prepare(export)
export.refresh_from_db()
with files.port().open(export.stored_as) as stored, zipfile.ZipFile(stored) as archive:
    names = archive.namelist()
    whole = b"".join(archive.read(name) for name in names).decode("utf-8", "replace")
    print(json.dumps([names, " ".join(names) + whole]))
"""
ERASE = """
from datetime import timedelta
from huiyin.accounts.models import Contact
from huiyin.core import clock
from huiyin.privacy import services as privacy
contact = Contact.objects.get(id="{contact}")
privacy.ask_deletion(contact, channel="test", by=contact.actor)
with clock.frozen(clock.now() + timedelta(days=8)):
    print(privacy.erase_due())
"""
READ = """
import json
from huiyin.accounts.models import Contact
from huiyin.conversations.models import Message
from huiyin.privacy.models import Erasure
told = {}
for contact in Contact.objects.all():
    texts = " ".join(Message.objects.filter(conversation__contact=contact).values_list("body", flat=True))
    told[str(contact.id)] = [contact.name, texts, contact.identities.count()]
print(json.dumps([told, Erasure.objects.filter(status="done").count()]))
"""
# Where a copy for the person themself is complete.
HANDED_OUT = [
    *("username", "displayname", "useremail", "email", "externalid", "name", "city", "attribute", "page"),
    *("filename", "filebody", "text", "subject", "reply", "resolution", "comment"),
    *("mailto", "mailsubject", "mailtext", "smstext", "address"),
]


def places(house: House) -> dict[str, bytes]:
    """Every byte that the installation keeps: database, logs of the database, keys, files, letters."""
    kept = {str(p.relative_to(house.data)): p.read_bytes() for p in house.data.rglob("*") if p.is_file()}
    if house.database_url:
        kept["dump"] = dump(house)
    return kept


def dump(house: House) -> bytes:
    """The live rows of PostgreSQL. Dead rows and its write-ahead log are the database's own, until it cleans up."""
    import psycopg

    found = []
    with psycopg.connect(house.database_url) as link:
        tables = link.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema IN ('public', 'keys') AND table_type = 'BASE TABLE'"
        ).fetchall()
        for schema, table in tables:
            rows = link.execute(f'SELECT t::text FROM "{schema}"."{table}" t').fetchall()
            found += [f"{table}: {row[0]}" for row in rows]
    return "\n".join(found).encode()


def seen(house: House, mark: str) -> dict[str, list[str]]:
    """Where words with this mark stand, in any case and in UTF-16 too, as search folds and JSON writes them."""
    found: dict[str, list[str]] = {}
    for name, body in places(house).items():
        low = body.lower()
        start = 0
        while (at := low.find(f"{mark}canary".lower().encode(), start)) >= 0:
            word = low[at : at + 40].split(b"\x00")[0].decode("ascii", "replace")
            found.setdefault(name, []).append(word)
            start = at + 1
    return found


@pytest.fixture
def seeded(house: House) -> dict[str, str]:
    return json.loads(house.run(SEED).splitlines()[-1])


def test_erase_when_canaries_everywhere_then_none_is_left_and_the_neighbour_keeps_all(house, seeded):
    assert seen(house, "alpha")
    names, handed = json.loads(house.run(EXPORT.format(contact=seeded["ALPHA"])).splitlines()[-1])
    assert [place for place in HANDED_OUT if f"alphacanary{place}" not in handed.lower()] == []
    assert "bravocanary" not in handed.lower() and any(n.startswith("files/") for n in names)
    neighbour = {name: len(words) for name, words in seen(house, "bravo").items()}
    assert house.run(ERASE.format(contact=seeded["ALPHA"])).splitlines()[-1] == "1"
    assert seen(house, "alpha") == {}
    told, done = json.loads(house.run(READ).splitlines()[-1])
    assert (told[seeded["ALPHA"]][0], told[seeded["ALPHA"]][2], done) == ("", 0, 1)
    assert told[seeded["BRAVO"]][0] == "BRAVOcanaryname" and "BRAVOcanarytext" in told[seeded["BRAVO"]][1]
    assert set(seen(house, "bravo")) >= {name for name in neighbour if "wal" not in name}


def backup(house: House, folder: Path) -> Path:
    """The database and the files as a backup holds them: not the keys, which are kept apart and for a week only."""
    import sqlite3

    folder.mkdir()
    source = sqlite3.connect(house.data / "huiyin.sqlite3")
    source.execute("VACUUM INTO ?", [str(folder / "huiyin.sqlite3")])
    source.close()
    for part in ("files", "mail", "sms"):
        if (house.data / part).is_dir():
            shutil.copytree(house.data / part, folder / part)
    return folder


def restore(house: House, folder: Path) -> None:
    for leftover in house.data.glob("huiyin.sqlite3*"):
        leftover.unlink()
    shutil.copy(folder / "huiyin.sqlite3", house.data / "huiyin.sqlite3")
    for part in ("files", "mail", "sms"):
        shutil.rmtree(house.data / part, ignore_errors=True)
        if (folder / part).is_dir():
            shutil.copytree(folder / part, house.data / part)


def test_restore_when_the_backup_is_older_than_an_erasure_then_shut_until_it_is_replayed(embedded, tmp_path):
    people = json.loads(embedded.run(SEED).splitlines()[-1])
    copy = backup(embedded, tmp_path / "backup")
    embedded.run(ERASE.format(contact=people["ALPHA"]))
    restore(embedded, copy)
    told, _done = json.loads(embedded.run(READ).splitlines()[-1])
    assert told[people["ALPHA"]][0] == "" and "ALPHAcanarytext" in told[people["ALPHA"]][1]
    refused = embedded.command("serve", "--port", "18399")
    _out, error = refused.communicate(timeout=60)
    assert refused.returncode != 0 and "privacy replay" in error
    out, error = embedded.command("privacy", "replay").communicate(timeout=150)
    assert "1 erasures" in out, error[-2000:]
    assert seen(embedded, "alpha") == {}
    assert "bravo" in json.dumps(seen(embedded, "bravo"))
