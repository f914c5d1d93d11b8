"""`huiyin knowledge`: bring articles in from files, write all of them into a folder."""

from collections import Counter
from pathlib import Path
from typing import Any

from huiyin.core.actors import SYSTEM
from huiyin.core.command import VerbCommand
from huiyin.core.errors import Invalid
from huiyin.knowledge import services
from huiyin.knowledge.exchange import reading
from huiyin.knowledge.selectors import exporting

RESULTS = ("added", "changed", "unchanged", "refused")


class Command(VerbCommand):
    help = "Bring articles into the help centre, or write them out."

    def add_verbs(self) -> None:
        take = self.verb("import", self.take, help="Import articles; safe to repeat.")
        kinds = "a .jsonl file, a folder or .zip of .md files, or the .json of Zendesk, Intercom or Freshdesk"
        take.add_argument("source", type=Path, help=kinds)
        give = self.verb("export", self.give, help="Write every article into a folder of Markdown pages.")
        give.add_argument("folder", type=Path, help="a folder that is not there yet, or empty")

    def take(self, **options: Any) -> None:
        """Import row by row; refused rows are named on stderr, and then the exit status is 1."""
        source: Path = options["source"]
        if not source.exists():
            raise Invalid("source_absent", f"There is no {source}.")
        told = Counter[str]()
        with reading.opened(source) as opened:
            for done, outcome in enumerate(services.take_in(opened, by=SYSTEM), 1):
                told[outcome.result] += 1
                if outcome.result == "refused":
                    self.stderr.write(f"{outcome.place}: {outcome.reason}")
                self.step(done, opened.total)
        self.say({"rows": told.total(), **{result: told[result] for result in RESULTS}})
        if told["refused"]:
            raise Invalid("rows_refused", f"{told['refused']} of {told.total()} rows were refused.")

    def give(self, **options: Any) -> None:
        """Write page by page. Refuses a folder that holds something."""
        folder: Path = options["folder"]
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Invalid("folder_in_use", f"{folder} is not an empty folder.")
        pages = files = 0
        for name, chunks in exporting.exported():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as out:
                out.writelines(chunks)
            pages, files = pages + name.endswith(".md"), files + (not name.endswith(".md"))
            self.step(pages, what="pages: ")
        self.say({"articles": exporting.export_total(), "pages": pages, "other_files": files})
