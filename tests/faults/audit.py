"""The comparison after a siege: the ledger against the tables and the mails. Prints one JSON object.

    python -m tests.faults.audit LEDGER

Runs inside the besieged house (same environment), once nothing is under way any more.
"""

import json
import os
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db.models import Exists, OuterRef, Q  # noqa: E402

from huiyin.accounts.models import Identity  # noqa: E402
from huiyin.cases.models import Case, Clock, Confirmation, Status  # noqa: E402
from huiyin.cases.models.case import ACTIVE  # noqa: E402
from huiyin.conversations.models import Message  # noqa: E402
from huiyin.core.models import Delivery, Job, JournalEntry, OutgoingMail  # noqa: E402
from huiyin.voices.models import RawInput, Voice  # noqa: E402
from tests.faults.ledger import Line, digest, read  # noqa: E402

KEY = re.compile(r"^\[([0-9a-f]{32})\]")
PATIENCE = 120
SCHEDULED = ("tick", "wake", "take_in_kept", "recount_stale", "tidy", "sweep")
Seen = dict[str, list[str]]


def main(file: Path) -> None:
    settled = _until_quiet()
    lines = list(read(file))
    found = {
        "stored": _stored(),
        "rows": _rows(),
        "promised": Counter(line.kind for line in lines if line.acknowledged_at),
    }
    faults = {
        **_against(lines, found["stored"]),
        **_owned(),
        **_journalled(),
        **_handed_on(),
        **_mailed(),
        "not settled": int(not settled),
    }
    stored = {kind: sum(map(len, seen.values())) for kind, seen in found["stored"].items()}
    print(json.dumps({**found, "stored": stored, "faults": faults}, ensure_ascii=False))


def _until_quiet() -> bool:
    """Leases of killed workers end and their jobs run again; answers whether that came to an end."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not _under_way():
            return True
        time.sleep(0.5)
    return False


def _under_way() -> bool:
    beating = Q()
    for name in SCHEDULED:
        beating |= Q(task__endswith=f".{name}")
    jobs = Job.objects.filter(state__in=Job.UNFINISHED).exclude(beating)
    entries = JournalEntry.objects.filter(dispatched=False)
    raw = RawInput.objects.filter(status=RawInput.Status.RECEIVED, voice=None)
    return jobs.exists() or entries.exists() or raw.exists()


def _stored() -> dict[str, Seen]:
    """Which words the house holds, by the key that they carry."""
    said = Message.objects.values_list("direction", "body")
    solved = Case.objects.exclude(resolution="").values_list("resolution", flat=True)
    return {
        "voice": _by_key(Voice.objects.values_list("text", flat=True)),
        "message": _by_key(body for direction, body in said if direction == "in"),
        "reply": _by_key(body for direction, body in said if direction == "out"),
        "solution": _by_key(solved),
        "word": _by_key(Confirmation.objects.values_list("comment", flat=True)),
    }


def _by_key(texts: Iterable[str]) -> Seen:
    seen: Seen = defaultdict(list)
    for text in texts:
        match = KEY.match(text)
        seen[match[1] if match else "?"].append(digest(text))
    return seen


def _against(lines: list[Line], stored: dict[str, Seen]) -> dict[str, int]:
    """Each acknowledged word stands once, unchanged; each other at most once; and none that nobody sent.

    Every voice and every later message of a user is a voice and a message both.
    """
    places = {
        "voice": ("voice", "message"),
        "message": ("voice", "message"),
        "reply": ("reply",),
        "solution": ("solution",),
        "word": ("word",),
    }
    faults: Counter[str] = Counter({"lost": 0, "changed": 0, "doubled": 0, "from nowhere": 0})
    acknowledged = {line.key for line in lines if line.acknowledged_at}
    for line in {line.key: line for line in lines}.values():
        for place in places[line.kind]:
            held = stored[place].get(line.key, [])
            faults["lost"] += line.key in acknowledged and not held
            faults["doubled"] += len(held) > 1
            faults["changed"] += any(each != line.digest for each in held)
    known = {line.key for line in lines}
    faults["from nowhere"] = sum(len(set(seen) - known) for seen in stored.values())
    return faults


def _owned() -> dict[str, int]:
    """Every case that is not ended has somebody, and something that will move it."""
    owed = Clock.objects.filter(case=OuterRef("pk"), ended_at=None)
    active = Case.objects.filter(status__in=ACTIVE, merged_into=None)
    return {
        "open case of nobody": active.filter(owner=None, team=None).count(),
        "open case without clock or alarm": active.filter(~Exists(owed), wake_at=None).count(),
        "solved case that nothing will end": Case.objects.filter(status=Status.SOLVED, wake_at=None).count(),
        "case without voice": Case.objects.exclude(conversation__messages__voice__isnull=False).count(),
    }


def _journalled() -> dict[str, int]:
    """Each row has its fact, once; and the facts of a case lead to the status that it has."""
    facts: dict[str, Counter[str]] = defaultdict(Counter)
    status: dict[str, str] = {}
    for name, subject, data in JournalEntry.objects.order_by("seq").values_list("name", "subject", "data"):
        facts[name][str(data.get("message") or data.get("clock") or data.get("confirmation") or subject)] += 1
        status[subject] = _after(name, data) or status.get(subject, "")
    messages = Message.objects.values_list("id", "direction")
    confirmed = Confirmation.objects.filter(is_settled=True).values_list("id", flat=True)
    wanted = {
        "voice.recorded": Voice.objects.values_list("id", flat=True),
        "message.received": [key for key, direction in messages if direction == "in"],
        "message.sent": [key for key, direction in messages if direction == "out"],
        "case.replied": [key for key, direction in messages if direction == "out"],
        "case.opened": Case.objects.values_list("number", flat=True),
        "case.confirmed": confirmed,
        "clock.started": Clock.objects.values_list("id", flat=True),
    }
    wrong = {f"{name} not once": _not_once(facts[name], keys) for name, keys in wanted.items()}
    cases = Case.objects.values_list("number", "status")
    wrong["status not as the journal says"] = sum(status.get(str(n)) != now for n, now in cases)
    return wrong


def _after(name: str, data: dict[str, Any]) -> str:
    ends = {
        "case.opened": Status.NEW,
        "case.reopened": Status.OPEN,
        "case.confirmed": Status.CONFIRMED,
        "case.closed": Status.CLOSED,
    }
    return data["target"] if name == "case.transitioned" else ends.get(name, "")


def _not_once(seen: Counter[str], keys: Iterable[Any]) -> int:
    wanted = {str(key) for key in keys}
    return sum(seen[key] != 1 for key in wanted) + len(set(seen) - wanted)


def _handed_on() -> dict[str, int]:
    return {
        "entries not dispatched": JournalEntry.objects.filter(dispatched=False).count(),
        "deliveries pending": Delivery.objects.exclude(state=Delivery.State.DONE).count(),
        "dead jobs": Job.objects.filter(state=Job.State.DEAD).count(),
        "raw inputs not taken in": RawInput.objects.filter(voice=None).count(),
    }


def _mailed() -> dict[str, int]:
    """Who left an address was written to once for each occasion, and each mail went out."""
    reached = set(Identity.objects.filter(kind=Identity.Kind.EMAIL).values_list("contact_id", flat=True))
    cases = Case.objects.filter(contact_id__in=reached)
    wanted = {f"case.opened:{number}" for number in cases.values_list("number", flat=True)}
    solved = cases.filter(status=Status.SOLVED).values_list("number", "reopened_count")
    wanted |= {f"case.ask:{number}:{times}" for number, times in solved}
    replies = Message.objects.filter(direction="out", conversation__contact_id__in=reached)
    wanted |= {f"message:{key}" for key in replies.values_list("id", flat=True)}
    mails = list(OutgoingMail.objects.values_list("key", "status"))
    files = len(list((settings.DATA / "mail").glob("*.eml")))
    return {
        "mails missing": len(wanted - {key for key, _status in mails}),
        "mails doubled": len(mails) - len({key for key, _status in mails}),
        "mails not sent": sum(status != OutgoingMail.Status.SENT for _key, status in mails),
        "letters beside the mails": abs(files - len(mails)),
    }


def _rows() -> dict[str, int]:
    tables = (Case, Message, Clock, JournalEntry, Delivery, OutgoingMail)
    return {table.__name__: table.objects.count() for table in tables}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
