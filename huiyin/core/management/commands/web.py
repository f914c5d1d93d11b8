"""`huiyin web`: the scaled-out front: granian for pages and API, uvicorn for streams on the next port.

The proxy in front sends `/live/` to port + 1 and everything else to port.
"""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from huiyin.core import serving, startup
from huiyin.core.serving import Child


class Command(BaseCommand):
    help = "Serve pages and API on PORT, live streams on PORT + 1; workers run apart (`huiyin worker`)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.ENV.host)
        parser.add_argument("--port", type=int, default=settings.ENV.port)
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
        parser.add_argument("--threads", type=int, default=4)
        parser.add_argument("--only-streams", action="store_true", help="the streams' process alone, on PORT")

    def handle(self, *args: Any, **options: Any) -> None:
        startup.check()
        if options["only_streams"]:
            self._streams(options["host"], options["port"])
        else:
            self._all(options)

    def _streams(self, host: str, port: int) -> None:
        from config.asgi import application

        serving.server(application, host, port).run()

    def _all(self, options: dict[str, Any]) -> None:
        host, port = options["host"], options["port"]
        shared = {"PROMETHEUS_MULTIPROC_DIR": str(counters_folder())}
        streams = ["-m", "huiyin", "web", "--only-streams", "--host", host, "--port", str(port + 1)]
        children = [
            Child("pages", granian(host, port, options["workers"], options["threads"]), shared),
            Child("streams", streams, shared),
        ]
        for child in children:
            child.start()
        self.stdout.write(f"Pages on http://{host}:{port}, streams (/live/) on http://{host}:{port + 1}.")
        serving.until_signal()
        for child in children:
            child.stop(30.0)


def granian(host: str, port: int, workers: int, threads: int) -> list[str]:
    """The command line of the pages' server: sync views on WSGI threads, workers that end are replaced."""
    flags = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)]
    more = ["--blocking-threads", str(threads), "--backlog", "2048", "--respawn-failed-workers"]
    return ["-m", "granian", *flags, *more, "--workers-kill-timeout", "30", "config.wsgi:application"]


def counters_folder() -> Any:
    """Where the processes of this start keep their counters, so that `/metrics` can add them up."""
    folder = settings.DATA / "run" / f"counters-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.parent.glob("counters-*"):
        if old != folder and not _alive(int(old.name.rpartition("-")[2])):
            for file in old.iterdir():
                file.unlink()
            old.rmdir()
    return folder


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
