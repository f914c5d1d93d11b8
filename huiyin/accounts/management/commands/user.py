"""`huiyin user`: people who sign in."""

from typing import Any

from huiyin.accounts import services
from huiyin.accounts.models import Role
from huiyin.core.actors import SYSTEM
from huiyin.core.command import VerbCommand, read_secret


class Command(VerbCommand):
    help = "Create people who can sign in."

    def add_verbs(self) -> None:
        create = self.verb("create", self.create, help="Create a person and print one JSON line.")
        create.add_argument("--username", required=True)
        create.add_argument("--role", action="append", choices=Role.values, default=[])
        create.add_argument("--name", default="", help="the name that others see")
        create.add_argument("--email", default="")
        create.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def create(self, **options: Any) -> None:
        password = read_secret() if options["password_stdin"] else ""
        user = services.create_user(
            username=options["username"],
            password=password,
            display_name=options["name"],
            email=options["email"],
            roles=tuple(options["role"]),
            by=SYSTEM,
        )
        self.say({"id": user.id, "username": user.username, "roles": sorted(user.roles)})
