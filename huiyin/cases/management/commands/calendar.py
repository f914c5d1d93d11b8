"""`huiyin calendar`: holidays brought in from a file, their effect shown first; the shipped table rebuilt."""

from pathlib import Path
from typing import Any

from huiyin.cases import holiday_seed
from huiyin.cases.services import calendars, setup
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.command import VerbCommand
from huiyin.core.errors import Invalid


class Command(VerbCommand):
    help = "Service calendars and holidays."

    def add_verbs(self) -> None:
        take = self.verb(
            "import", self.take, help="Show what an iCalendar file would move; --apply stores it."
        )
        take.add_argument("file", type=Path)
        take.add_argument("--region", default="CN")
        take.add_argument("--years", type=int, default=3, help="how many years from this one on (3)")
        take.add_argument("--apply", action="store_true")
        self.verb(
            "seed", self.seed, help="Add the shipped calendars, holidays and policies that are missing."
        )
        self.verb("rebuild", self.rebuild, help="For developers: write the shipped table from the libraries.")

    def take(self, **options: Any) -> None:
        """Preview, and apply only when told to: a feed may hold more days than anybody expects."""
        if not options["file"].is_file():
            raise Invalid("file_absent", f"There is no file {options['file']}.")
        text = options["file"].read_text(encoding="utf-8", errors="replace")
        first = clock.now().year
        years = range(first, first + options["years"])
        proposed, skipped = calendars.holidays_from_feed(text, region=options["region"], years=years)
        effect = calendars.preview_holidays(proposed)
        for name, reason in skipped:
            self.stderr.write(f"skipped: {name or '(no name)'}: {reason}")
        if options["apply"]:
            calendars.change_holidays(proposed, by=SYSTEM)
        late = sum(move.becomes_late for move in effect.moves)
        self.say(
            {
                "days": len(proposed.days),
                "skipped": len(skipped),
                "moves": len(effect.moves),
                "late": late,
                "looked_at": effect.looked_at,
                "running": effect.running,
                "applied": options["apply"],
            }
        )

    def seed(self, **options: Any) -> None:
        setup.install()

    def rebuild(self, **options: Any) -> None:
        """The two libraries are read here and nowhere else."""
        seed = holiday_seed.rebuild()
        self.say({"days": len(seed.special_days), "confirmed_years": sorted(seed.confirmed_years)})
