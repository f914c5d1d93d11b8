"""`huiyin serve`: the whole house in one process, on one port."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from huiyin.core import serving, startup
from huiyin.core.jobs.loops import Backstage
from huiyin.core.serving import Child


class Command(BaseCommand):
    help = "Serve pages, API, live streams and background work in one process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.ENV.host)
        parser.add_argument("--port", type=int, default=settings.ENV.port)
        parser.add_argument("--job-threads", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        from config.asgi import application

        startup.check()
        backstage = Backstage(threads=options["job_threads"])
        children = [Child(name, command) for name, command in companions()]
        server = serving.server(application, options["host"], options["port"])
        self.stdout.write(address_line(options["host"], options["port"]))
        connection.close()
        backstage.start()
        for child in children:
            child.start()
        try:
            server.run()
        finally:
            for child in children:
                child.stop(3.0)
            drained = backstage.stop(6.0)
        self.stdout.write(
            "Huiyin has stopped." if drained else "Huiyin has stopped; unfinished jobs run again."
        )


def companions() -> list[tuple[str, list[str]]]:
    """Child processes of the embedded house: the one that holds the language model, when it is on its own."""
    if settings.LANGUAGE_ENGINE == "owner":
        return [("language", ["-m", "huiyin", "language", "serve", "--with-parent"])]
    return []


def address_line(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 compared, not bound
    return f"Huiyin answers on http://{shown}:{port} (workspace: /desk/). Ctrl-C stops it."
