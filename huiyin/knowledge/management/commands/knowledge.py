"""`huiyin knowledge`: bring articles in from a JSON Lines file or a folder of Markdown."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from huiyin.core.actors import SYSTEM
from huiyin.core.command import VerbCommand
from huiyin.core.errors import Invalid
from huiyin.knowledge import services
from huiyin.knowledge.services import sources


class Command(VerbCommand):
    help = "Bring articles into the help centre."

    def add_verbs(self) -> None:
        take = self.verb("import", self.take, help="Import articles and publish them; safe to repeat.")
        take.add_argument("source", type=Path, help="a .jsonl file, or a folder of .md files")

    def take(self, **options: Any) -> None:
        """Import row by row; refused rows are named on stderr, and then the exit status is 1."""
        source: Path = options["source"]
        if not source.exists():
            raise Invalid("source_absent", f"There is no {source}.")
        total, told = sources.count_of(source), Counter[str]()
        for done, outcome in enumerate(services.import_rows(sources.rows_of(source), by=SYSTEM), 1):
            told[outcome.result] += 1
            if outcome.result == "refused":
                self.stderr.write(f"{outcome.place}: {outcome.reason}")
            self._show(done, total)
        results = ("added", "changed", "unchanged", "refused")
        self.say({"rows": told.total(), **{result: told[result] for result in results}})
        if told["refused"]:
            raise Invalid("rows_refused", f"{told['refused']} of {told.total()} rows were refused.")

    def _show(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            self.stderr.write(f"\r{done} of {total} articles{end}", ending="")
