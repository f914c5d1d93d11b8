"""`huiyin worker`: background work alone, any number of processes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from huiyin.core import serving, startup
from huiyin.core.jobs.loops import Backstage


class Command(BaseCommand):
    help = "Run jobs, hand on the journal and keep the schedule, until SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=4)
        parser.add_argument("--queue", action="append", default=[], help="only this queue; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        startup.check()
        connection.close()
        backstage = Backstage(threads=options["threads"], queues=tuple(options["queue"])).start()
        self.stdout.write(f"Worker {backstage.worker.name} is at work.")
        serving.until_signal()
        backstage.stop(30.0)
