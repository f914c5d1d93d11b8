"""`huiyin client create`: let an app of somebody else ask people to sign in with their account here."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from huiyin.accounts.services import clients
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Refusal


class Command(BaseCommand):
    help = "Register an app that signs people in with their account here (OpenID Connect)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["create"])
        parser.add_argument("--name", required=True)
        parser.add_argument("--redirect-uri", action="append", default=[])
        parser.add_argument("--logout-uri", default="", help="hears of sign-outs (back-channel logout)")
        parser.add_argument("--scope", action="append", default=[])
        parser.add_argument("--public", action="store_true", help="an app in a browser or a phone: no secret")
        parser.add_argument("--acts-as", default="", help="for itself alone, within this user's rights")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = "itself" if options["acts_as"] else "public" if options["public"] else "server"
        given = {
            "name": options["name"],
            "kind": kind,
            "home": "",
            "redirect_uris": options["redirect_uri"],
            "logout_uri": options["logout_uri"],
            "scopes": options["scope"] or ["openid"],
            "acts_as": options["acts_as"],
        }
        try:
            app, secret = clients.register_app(given, by=SYSTEM)
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.stdout.write(json.dumps({"client_id": app.client_id, "client_secret": secret}))
