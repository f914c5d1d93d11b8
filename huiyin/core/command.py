"""What every `huiyin` command shares: one clear line on refusal, JSON where a program reads it."""

import json
import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.core.errors import Refusal


class VerbCommand(BaseCommand):
    """A command of verbs, `huiyin user create`. Subclasses add each verb by `self.verb` in `add_verbs`.

    Exit status: 0 done, 1 refused or failed with one line on stderr, 2 wrong usage.
    """

    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        self._verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        self.add_verbs()

    def add_verbs(self) -> None:
        raise NotImplementedError

    def verb(self, name: str, work: Callable[..., Any], *, help: str) -> CommandParser:
        """A verb that calls `work(**options)`."""
        parser: CommandParser = self._verbs.add_parser(name, help=help, description=help)
        parser.set_defaults(work=work)
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            options["work"](**options)
        except Refusal as refusal:
            raise CommandError(str(refusal.message) or refusal.code, returncode=1) from refusal

    def say(self, value: dict[str, Any]) -> None:
        """One JSON line on stdout."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, default=str))


def read_secret() -> str:
    """One line from standard input, for secrets that must not stand in a process list."""
    return sys.stdin.readline().rstrip("\r\n")
