"""Running processes: the uvicorn server that ends its streams first, and children that are kept alive."""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog
import uvicorn

PARENT_DEATH = 1  # PR_SET_PDEATHSIG
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

log = structlog.get_logger("huiyin.serve")


class Server(uvicorn.Server):
    """uvicorn waits for open responses, and a stream never ends by itself: so we end the streams first."""

    def __init__(self, config: uvicorn.Config, before_shutdown: Callable[[], None]) -> None:
        super().__init__(config)
        self._before_shutdown = before_shutdown

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike uvicorn's own, does not raise the signal again at the end: we have more to drain."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.handle_exit)
        yield

    async def shutdown(self, sockets: Any = None) -> None:
        self._before_shutdown()
        await asyncio.sleep(0)
        await super().shutdown(sockets)


def server(app: Any, host: str, port: int) -> Server:
    """A quiet uvicorn for an application that has a hub."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `core.origin` decides whom to believe
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
        backlog=2048,
        lifespan="on",
    )
    return Server(config, app.hub.close)


class Child:
    """A process of ours that is started again when it ends, ever more slowly when it ends at once."""

    def __init__(self, name: str, command: Sequence[str], environ: dict[str, str] | None = None) -> None:
        self.name = name
        self._command = [sys.executable, *command]
        self._environ = {**os.environ, **(environ or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"child-{name}", daemon=True)

    def start(self) -> "Child":
        self._thread.start()
        return self

    def stop(self, patience: float = 8.0) -> None:
        """SIGTERM, and SIGKILL for who does not hear it."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _begin(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 our own command
            self._command,
            env=self._environ,
            preexec_fn=die_with_parent,  # noqa: PLW1509 it makes one system call and touches no lock
        )
        if self._stopping.is_set():
            process.terminate()
        return process

    def _keep(self) -> None:
        pause = 0.5
        while not self._stopping.is_set():
            began = time.monotonic()
            self._process = self._begin()
            status = self._process.wait()
            if self._stopping.is_set():
                return
            pause = 0.5 if time.monotonic() - began > 30 else min(pause * 2, 60)
            log.warning("child.ended", name=self.name, status=status, seconds=pause)
            self._stopping.wait(pause)


def die_with_parent() -> None:
    """Ask Linux to end this child when we are killed, so that no orphan keeps our port."""
    if _LIBC:
        _LIBC.prctl(PARENT_DEATH, signal.SIGTERM)


def until_signal() -> None:
    """Wait for SIGTERM or SIGINT."""
    heard = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: heard.set())
    heard.wait()
