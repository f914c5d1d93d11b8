"""`huiyin demo load`: a newcomer sees a living company in one command."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from huiyin.core.errors import Refusal
from huiyin.web.demo import content, load, plot

# Whom a newcomer may want to be first, in this order.
ROLES = ("agent", "senior", "supervisor", "owner", "manager", "engineer", "auditor", "admin")


class Command(BaseCommand):
    help = "Load the demo company into an empty database; once, and never into one that is in use."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        loading = verbs.add_parser("load", help="load it and print who can sign in")
        loading.add_argument("--old", type=int, default=plot.OLD, help="how many older matters (%(default)s)")
        loading.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load.load(old=options["old"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(loaded)))
        elif loaded.password:
            self.stdout.write(_sign_ins(loaded.password))
            self.stderr.write(f"{loaded.voices} voices, {loaded.cases} cases, {loaded.articles} articles.")
        else:
            self.stderr.write("The demo company is loaded already; its password was printed then.")


def _sign_ins(password: str) -> str:
    """Everybody's name by role, and the one password that this installation has for them."""
    with translation.override("en"):
        rows = [_line(role) for role in ROLES]
    return "\n".join([*rows, "", f"  password of all of them: {password}"])


def _line(role: str) -> str:
    names = [f"{each.username} ({each.zh})" for each in content.members() if each.role == role]
    return f"  {role:<11}{', '.join(names)}"


def _as_json(loaded: load.Loaded) -> dict[str, Any]:
    return {
        "voices": loaded.voices,
        "cases": loaded.cases,
        "articles": loaded.articles,
        "users": [{"username": each.username, "role": each.role} for each in content.members()],
        "password": loaded.password or None,
    }
