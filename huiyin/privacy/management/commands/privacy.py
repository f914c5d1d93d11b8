"""`huiyin privacy`: the ledger of erasures, and the map of personal data."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from huiyin.core import purging, sheets
from huiyin.core.command import VerbCommand
from huiyin.core.ports import keys
from huiyin.core.ports.keys import Erasure
from huiyin.privacy import certifying, services
from huiyin.privacy.selectors.register import map_lines

FAULTS = {
    "not_a_certificate": "This is no certificate of deletion.",
    "key_unknown": "The key that signed it is none of this installation.",
    "changed": "It was changed after it was signed, or signed by somebody else.",
}


class Command(VerbCommand):
    help = "Replay erasures after a restore; write and read the ledger."

    def add_verbs(self) -> None:
        replay = self.verb(
            "replay", self.replay, help="Erase again who was erased since this backup was made."
        )
        replay.add_argument("--ledger", type=Path, help="a ledger that was written by `privacy ledger`")
        ledger = self.verb(
            "ledger", self.ledger, help="Write the ledger of erasures to a file, to keep apart."
        )
        ledger.add_argument("file", type=Path)

        self.verb(
            "purge", self.purge, help="Write the database anew: what deleted rows left on the disk goes."
        )
        mapped = self.verb("map", self.map, help="Write the data map as CSV: every column about people.")
        mapped.add_argument("file", type=Path)

        checked = self.verb(
            "verify", self.verify, help="Tell whether a certificate of deletion is ours, unchanged."
        )
        checked.add_argument("file", type=Path)

    def verify(self, **options: Any) -> None:
        try:
            given = json.loads(options["file"].read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise CommandError(f"{options['file']} cannot be read: {type(problem).__name__}") from problem
        if wrong := certifying.fault(given):
            raise CommandError(FAULTS[wrong])
        self.stdout.write(
            f"Certificate {given['number']} is ours and unchanged; carried out {given['done_at']}."
        )

    def purge(self, **options: Any) -> None:
        busy = purging.purge(tell=self.stdout.write)
        if busy:
            raise CommandError(f"Too busy, run it again: {', '.join(busy)}")
        self.stdout.write("Nothing of deleted rows is left in the database.")

    def map(self, **options: Any) -> None:
        rows = map_lines()
        with options["file"].open("w", encoding="utf-8") as out:
            out.writelines(sheets.lines(next(rows), rows))
        self.stdout.write(f"The data map is in {options['file']}.")

    def replay(self, **options: Any) -> None:
        if options["ledger"]:
            for line in json.loads(options["ledger"].read_text(encoding="utf-8")):
                keys.port().enter(Erasure(**{**line, "at": datetime.fromisoformat(line["at"])}))
        done = services.replay()
        self.stdout.write(f"{done} erasures carried out again.")
        # The file is a copy of what once was: its free bytes are older than any overwriting of ours.
        if done and (busy := purging.purge()):
            raise CommandError(f"Written anew but for {', '.join(busy)}; run `huiyin privacy purge` again.")

    def ledger(self, **options: Any) -> None:
        lines = [
            {"id": line.id, "contact": line.contact, "user": line.user, "at": line.at.isoformat()}
            for line in keys.port().erasures()
        ]
        options["file"].write_text(json.dumps(lines, indent=1), encoding="utf-8")
        self.stdout.write(f"{len(lines)} erasures written.")
