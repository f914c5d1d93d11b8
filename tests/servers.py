"""Real servers for tests, started on loopback in a scratch folder and ended with it: PostgreSQL and Redis.

Nothing is assumed to run already. As root, servers that refuse root run as the system user `postgres`.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def postgres_program(name: str) -> str | None:
    """A PostgreSQL program: from PATH, or from where Debian keeps the versions side by side."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(versions[-1]) if versions else shutil.which(name)


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh PostgreSQL cluster; yields the URL of its database `huiyin`."""
    with _scratch("huiyin-postgres-") as folder:
        port, data, owner = free_port(), folder / "data", _unprivileged()
        if owner:
            shutil.chown(folder, owner)
        control = _program("pg_ctl")
        _run(
            owner,
            _program("initdb"),
            "-D",
            data,
            "-U",
            "huiyin",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        flags = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        _run(owner, control, "-D", data, "-o", flags, "-l", folder / "log", "-w", "start")
        try:
            _run(owner, _program("createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "huiyin", "huiyin")
            yield f"postgresql://huiyin@127.0.0.1:{port}/huiyin"
        finally:
            _run(owner, control, "-D", data, "-m", "immediate", "-w", "stop")


@contextmanager
def redis() -> Iterator[str]:
    """A fresh Redis without persistence; yields its URL."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise RuntimeError("redis-server is not installed; `bin/test` says how")
    with _scratch("huiyin-redis-") as folder:
        port = free_port()
        flags = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        with subprocess.Popen([program, *flags], stdout=subprocess.DEVNULL) as server:
            try:
                _wait_for(port)
                yield f"redis://127.0.0.1:{port}/0"
            finally:
                server.terminate()


def _program(name: str) -> str:
    found = postgres_program(name)
    if found is None:
        raise RuntimeError(f"PostgreSQL's {name} is not installed; `bin/test` says how")
    return found


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: the user to run it as, or None to stay who we are."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(owner: str | None, *command: str | Path) -> None:
    subprocess.run(
        [str(part) for part in command],
        user=owner,
        group=pwd.getpwnam(owner).pw_gid if owner else None,
        extra_groups=[] if owner else None,
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def _scratch(prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port}")
