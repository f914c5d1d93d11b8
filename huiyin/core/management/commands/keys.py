"""`huiyin keys`: the root keys of this installation."""

from typing import Any

from django.core.management.base import CommandError

from huiyin.core import keyring, rotation
from huiyin.core.command import VerbCommand


class Command(VerbCommand):
    help = "Show, rotate and retire the root keys that seal personal data."

    def add_verbs(self) -> None:
        status = self.verb("status", self.status, help="How many values are sealed under each key.")
        status.add_argument("--json", action="store_true")
        rotate = self.verb("rotate", self.rotate, help="Add a fresh key and seal everything under it.")
        rotate.add_argument(
            "--resume", action="store_true", help="add no key; go on where a rotation stopped"
        )
        retire = self.verb("retire", self.retire, help="Take an unused key off the ring.")
        retire.add_argument("key")

    def status(self, **options: Any) -> None:
        ring, counts = keyring.keyring(), rotation.counts()
        if options["json"]:
            self.say({"current": ring.current, "values": counts})
            return
        for key, count in counts.items():
            self.stdout.write(f"{key:<8} {count:>10}{'  current' if key == ring.current else ''}")

    def rotate(self, **options: Any) -> None:
        if not options["resume"]:
            key = keyring.add_root_key()
            self.stdout.write(
                f"{key} is current. Copy the key file to every other server of this installation."
            )
        moved = rotation.reseal(tell=self._tell)
        self.stdout.write(f"{moved} values moved to {keyring.keyring().current}.")

    def retire(self, **options: Any) -> None:
        try:
            rotation.retire(options["key"])
        except keyring.KeyringError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['key']} is off the ring. Older backups open with a copy of it only.")

    def _tell(self, column: str, count: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"{column}: {count}")
