"""`huiyin token`: keys for programs."""

from datetime import timedelta
from typing import Any

from huiyin.accounts import services
from huiyin.accounts.models import User
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.command import VerbCommand
from huiyin.core.errors import NotFound


class Command(VerbCommand):
    help = "Issue API tokens."

    def add_verbs(self) -> None:
        create = self.verb("create", self.create, help="Issue a token; its secret is printed this once.")
        create.add_argument("--user", required=True, help="username")
        create.add_argument(
            "--scope", action="append", help="repeat for several; none means all that the user may"
        )
        create.add_argument("--name", default="")
        create.add_argument("--days", type=int, default=365, help="valid for so many days (365)")

    def create(self, **options: Any) -> None:
        user = User.objects.filter(username=options["user"].lower()).first()
        if user is None:
            raise NotFound("user_absent", f"There is no user {options['user']!r}.")
        expires_at = clock.now() + timedelta(days=options["days"])
        token, raw = services.issue_token(
            user, scopes=options["scope"], name=options["name"], expires_at=expires_at, by=SYSTEM
        )
        self.say({"token": raw, "id": token.id, "user": user.username, "scopes": token.scopes})
