"""Forgetting somebody, proved byte by byte: canaries in every place, one erasure, a scan; then an older backup.

Neighbours carry canaries too: after the erasure of one person theirs are all still there.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.machinery import traffic
from tests.machinery.canaries import sightings
from tests.machinery.house import House

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SEED = """
import json
from huiyin.accounts import services as accounts
from huiyin.cases import services as cases
from huiyin.core.actors import SYSTEM
from tests.machinery import planting
cases.install()
agent = accounts.create_user(username="agent", display_name="Agent", roles=("agent",), by=SYSTEM)
found = {mark: planting.plant(mark, agent) for mark in ("ALPHA", "BRAVO")}
planting.mention("ALPHA", in_case_of="BRAVO", case=found["BRAVO"]["case"], agent=agent)
print(json.dumps(found))
"""
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
OPENED = """
import json
from tests.machinery import planting
print(json.dumps(planting.opened("ALPHA")))
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
COPIED = "a copy of words that are handed out where they were said"
OPENS = "what opens doors, or compares, is handed to nobody"
AMONG_US = "words among staff"
MACHINES = "what machines need for a while"
NOT_HANDED_OUT = {
    **dict.fromkeys(
        [
            "language.Example.text",
            "language.Sample.text",
            "language.ModelWeights.content",
            "voices.Voice.understanding",
            "cases.Case.understanding",
        ],
        COPIED,
    ),
    **dict.fromkeys(
        ["cases.Case.preview", "core.IdempotencyKey.answer", "core.OutgoingMail.headers"], COPIED
    ),
    **dict.fromkeys(["cases.Case.temporary_fix", "cases.Case.lasting_fix", "cases.Note.body"], AMONG_US),
    **dict.fromkeys(["cases.Draft.body", "core.Attachment.name"], AMONG_US),
    **dict.fromkeys(["sessions.Session.session_key", "sessions.Session.session_data"], OPENS),
    **dict.fromkeys(["accounts.User.password", "mfa.Authenticator.data", "accounts.Session.key"], OPENS),
    **dict.fromkeys(["allauth_idp_oidc.Token.hash", "allauth_idp_oidc.Token.data"], OPENS),
    **dict.fromkeys(["accounts.OneTimeCode.digest", "accounts.ApiToken.digest"], OPENS),
    **dict.fromkeys(["voices.RawInput.digest", "voices.Voice.fingerprint", "voices.Voice.vector"], OPENS),
    **dict.fromkeys([f"core.Job.{name}" for name in ("args", "kwargs", "result", "error")], MACHINES),
    **dict.fromkeys(["core.Job.unique_key", "core.WebhookDelivery.last_error"], MACHINES),
    **dict.fromkeys(["core.OutgoingMail.last_error", "core.OutgoingSms.last_error"], MACHINES),
    **dict.fromkeys(
        ["assistant.Turn.candidates", "assistant.Turn.signs"], "how an answer of ours was chosen"
    ),
    **dict.fromkeys([f"assistant.Phrasing.{name}" for name in ("text", "vector", "fine_vector")], COPIED),
    **dict.fromkeys(["voices.RawInput.request_key", "accounts.OneTimeCode.address"], MACHINES),
}


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
    """Where words with this mark stand, in whatever way they are written."""
    return {name: found for name, body in places(house).items() if (found := sightings(body, mark))}


@pytest.fixture
def seeded(house: House) -> dict[str, Any]:
    return json.loads(house.run(SEED).splitlines()[-1])


def missing(planted: dict[str, list[str]], handed: str) -> list[str]:
    """Canaries of the person's own columns that a copy of their data leaves out, without a reason named above."""
    low = handed.lower()
    return sorted(
        f"{label}: {word}"
        for label, words in planted.items()
        if label not in NOT_HANDED_OUT
        for word in words
        if word.lower() not in low
    )


def fingerprints(house: House, needles: list[str]) -> list[str]:
    """Blind indexes of the person that still stand somewhere."""
    kept = b"\n".join(places(house).values())
    return [needle for needle in needles if needle.encode() in kept]


def test_erase_when_canaries_in_every_declared_column_then_none_is_left_and_the_neighbour_keeps_all(
    house, seeded
):
    alpha, bravo = seeded["ALPHA"], seeded["BRAVO"]
    assert (alpha["left"], bravo["left"]) == ([], [])
    heard = traffic.go_on(house, "ALPHA")
    assert heard and sightings("".join(heard).encode(), "alpha") == []
    assert seen(house, "alpha") and fingerprints(house, alpha["needles"]) == alpha["needles"]
    look_at_values(house)
    names, handed = json.loads(house.run(EXPORT.format(contact=alpha["contact"])).splitlines()[-1])
    assert missing(alpha["planted"], handed) == []
    assert "bravocanary" not in handed.lower() and any(n.startswith("files/") for n in names)
    neighbour = {name: len(words) for name, words in seen(house, "bravo").items()}
    assert house.run(ERASE.format(contact=alpha["contact"])).splitlines()[-1] == "1"
    assert seen(house, "alpha") == {}
    assert fingerprints(house, alpha["needles"]) == []
    assert json.loads(house.run(OPENED).splitlines()[-1]) == []
    assert on_disk(house, "alpha") == []
    told, done = json.loads(house.run(READ).splitlines()[-1])
    assert (told[alpha["contact"]][0], told[alpha["contact"]][2], done) == ("", 0, 2)
    assert told[bravo["contact"]][0] == "BRAVOcanaryname" and "BRAVOcanarytext" in told[bravo["contact"]][1]
    assert set(seen(house, "bravo")) >= {name for name in neighbour if "wal" not in name}
    assert traffic.told(house, "alpha", "bravo", "gamma") == {}


def look_at_values(house: House) -> None:
    """PostgreSQL notes the common values of each column for its planner, as it does by itself from time to time."""
    if house.database_url:
        import psycopg

        with psycopg.connect(house.database_url, autocommit=True) as link:
            link.execute("ANALYZE")


def on_disk(house: House, mark: str) -> list[str]:
    """Files of the PostgreSQL cluster that still tell of the person after `privacy purge`: none but its write-ahead
    log, which the database keeps until it is used again.
    """
    if not house.database_url:
        return []
    import psycopg

    out, error = house.command("privacy", "purge").communicate(timeout=300)
    assert "Nothing of deleted rows" in out, error[-2000:]
    with psycopg.connect(house.database_url) as link:
        asked = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        folder, oid = link.execute(asked).fetchone()
    kept = [p for p in (Path(folder) / "base" / str(oid)).rglob("*") if p.is_file()]
    assert len(kept) > 100
    return [p.name for p in kept if f"{mark}canary".encode() in p.read_bytes().lower()]


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
    embedded.run(ERASE.format(contact=people["ALPHA"]["contact"]))
    restore(embedded, copy)
    told, _done = json.loads(embedded.run(READ).splitlines()[-1])
    assert (
        told[people["ALPHA"]["contact"]][0] == "" and "ALPHAcanarytext" in told[people["ALPHA"]["contact"]][1]
    )
    refused = embedded.command("serve", "--port", "18399")
    _out, error = refused.communicate(timeout=60)
    assert refused.returncode != 0 and "privacy replay" in error
    out, error = embedded.command("privacy", "replay").communicate(timeout=150)
    assert "2 erasures" in out, error[-2000:]
    # The name no longer opens, and has no index: what others called the person by is all that cannot be known again.
    left = {word for words in seen(embedded, "alpha").values() for word in words}
    assert [word for word in left if not word.startswith("alphacanaryname")] == []
    assert "bravo" in json.dumps(seen(embedded, "bravo"))
