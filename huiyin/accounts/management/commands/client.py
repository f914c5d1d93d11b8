"""`huiyin client create`: let an app of somebody else ask people to sign in with their account here."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from huiyin.accounts.services import apps
from huiyin.core.errors import Refusal


class Command(BaseCommand):
    help = "Register an app that signs people in with their account here (OpenID Connect)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["create"])
        parser.add_argument("--name", required=True)
        parser.add_argument("--redirect-uri", action="append", required=True)
        parser.add_argument("--scope", action="append", default=[])
        parser.add_argument("--public", action="store_true", help="an app in a browser or a phone: no secret")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            client, secret = apps.register_client(
                name=options["name"],
                redirect_uris=options["redirect_uri"],
                scopes=options["scope"],
                is_public=options["public"],
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(json.dumps({"client_id": client.id, "client_secret": secret}))
