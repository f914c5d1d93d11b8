"""The loops beside the workers: the dispatcher hands on the journal, the ticker starts what is scheduled, the
sealer chains the acts that were recorded."""

import threading
from collections.abc import Callable

import structlog
from django.db import close_old_connections, connection

from huiyin.core import dispatch, wake
from huiyin.core.audit import sealing
from huiyin.core.jobs import schedule
from huiyin.core.jobs.worker import Worker
from huiyin.core.ports import bus

log = structlog.get_logger("huiyin.loops")


class Loop:
    """Calls `work` again and again, at the latest after `pause` seconds, and at once when its bell rings."""

    def __init__(self, name: str, work: Callable[[], object], pause: float) -> None:
        self.name = name
        self._work, self._pause = work, pause
        self._bell = wake.bell(name)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"loop-{name}", daemon=True)

    def start(self) -> "Loop":
        self._thread.start()
        return self

    def stop(self, patience: float = 5.0) -> bool:
        self._stopping = True
        self._bell.set()
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _run(self) -> None:
        failures = 0
        while not self._stopping:
            self._bell.clear()
            failures = 0 if self._once() else failures + 1
            self._bell.wait(min(self._pause * 2**failures, 10.0))
        connection.close()

    def _once(self) -> bool:
        try:
            close_old_connections()
            self._work()
        except Exception as error:  # a loop that dies stops the whole house
            log.warning("loop.failed", name=self.name, error=type(error).__qualname__, exc_info=error)
            return False
        return True


class Backstage:
    """All that runs behind the pages: job threads, dispatcher, ticker, sealer. Each process may have one."""

    def __init__(self, threads: int = 2, queues: tuple[str, ...] = ()) -> None:
        self.worker = Worker(threads=threads, queues=queues)
        self.loops = [
            Loop(wake.DISPATCHER, dispatch.dispatch_all, 0.5),
            Loop("ticker", schedule.tick, 1.0),
            Loop("sealer", sealing.seal_all, 1.0),
        ]

    def start(self) -> "Backstage":
        """Other processes' facts ring our bells too, where the bus reaches them."""
        self._unsubscribe = bus.port().subscribe(lambda message: ring_all())
        self.worker.start()
        for loop in self.loops:
            loop.start()
        return self

    def stop(self, patience: float = 8.0) -> bool:
        """Drain. True when everything ended in time."""
        self._unsubscribe()
        ended = [loop.stop(patience / 2) for loop in self.loops]
        return self.worker.stop(patience) and all(ended)


def ring_all() -> None:
    wake.ring(wake.DISPATCHER)
    wake.ring(wake.WORKER)
