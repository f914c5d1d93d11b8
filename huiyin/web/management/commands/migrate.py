"""`huiyin migrate`: the tables, then what an empty installation needs to make promises."""

from typing import Any

from django.core.management.commands import migrate

from huiyin.cases import services as cases


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not options.get("app_label") and not options.get("plan") and not options.get("check_unapplied"):
            cases.install()
