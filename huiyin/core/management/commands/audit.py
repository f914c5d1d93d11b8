"""`huiyin audit`: prove the chain of acts, tell its head, say that a copy was put back, close and remove months."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from huiyin.core.audit import heads, segments, verifying
from huiyin.core.command import VerbCommand


class Command(VerbCommand):
    help = "Verify and keep the tamper-evident record of acts."

    def add_verbs(self) -> None:
        verify = self.verb("verify", self.verify, help="Walk the chain; exit 1 names the first broken row.")
        verify.add_argument("--json", action="store_true")
        self.verb("head", self.head, help="Tell the chain's end to the heads file and the log.")
        self.verb("restored", self.restored, help="Say that an older copy of the database was put back.")
        self.verb("close", self.close, help="Sum up the months that are over.")
        self.verb("remove", self.remove, help="Remove rows of closed months that need not be kept.")

    def verify(self, **options: Any) -> None:
        try:
            held = verifying.verify()
        except verifying.Broken as broken:
            if options["json"]:
                self.say({"ok": False, "seq": broken.seq, "row": broken.row, "reason": broken.reason})
            raise CommandError(str(broken), returncode=1) from broken
        if options["json"]:
            self.say({"ok": True, **asdict(held)})
            return
        self.stdout.write(
            f"{held.rows} rows hold, {held.unsealed} wait for their seal, {held.months} months are closed, "
            f"{held.heads} told heads agree. Head: {held.seq} {held.seal or '-'}"
        )

    def head(self, **options: Any) -> None:
        told = heads.export()
        self.say(asdict(told) if told else {"seq": None, "reason": "the head has not moved"})

    def restored(self, **options: Any) -> None:
        self.say({"lost": heads.restored()})

    def close(self, **options: Any) -> None:
        self.say({"closed": segments.close_months()})

    def remove(self, **options: Any) -> None:
        self.say({"removed": segments.remove_old()})
