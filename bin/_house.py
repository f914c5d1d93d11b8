"""What the verbs in bin/ share: the folders, the virtual environment, and how a step is run and told.

Standard library only: this runs before anything is installed.
"""

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
STAMP = VENV / "installed.json"
LOCKS = {"core": "requirements.lock", "scale": "requirements-scale.lock", "dev": "requirements-dev.lock"}
OLDEST = (3, 11)

LAUNCHER = """#!{python}
import sys

sys.path.insert(0, {root!r})
from huiyin.__main__ import main

sys.exit(main())
"""


def say(text: str) -> None:
    print(text, flush=True)


def fail(text: str) -> SystemExit:
    """The exception that ends a verb with one line on stderr and exit code 1."""
    return SystemExit(f"{Path(sys.argv[0]).name}: {text}")


def run(*command: str | Path, env: dict[str, str] | None = None, quiet: bool = False) -> None:
    """Run a step from the root of the tree; end the verb when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout or "")
        raise fail(f"this step failed: {' '.join(str(part) for part in command)}")


def install(kind: str) -> None:
    """The virtual environment with one lock installed, every file checked against its hash.

    A lock that is installed already is skipped. The locks agree on versions, so that installing a larger
    one leaves a smaller one satisfied.
    """
    if sys.version_info < OLDEST:
        raise fail(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {sys.version.split()[0]}")
    lock = ROOT / LOCKS[kind]
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    done = _stamp()
    if PYTHON.exists() and done.get(kind) == digest:
        return
    if not PYTHON.exists():
        say("Making the virtual environment in .venv ...")
        venv.create(VENV, with_pip=True)
    say(f"Installing {lock.name}, about a minute the first time ...")
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    run(*pip, "--require-hashes", "--no-deps", "-r", lock)
    _write_launcher()
    STAMP.write_text(json.dumps({**done, kind: digest}, indent=2) + "\n", encoding="utf-8")


def compile_messages() -> None:
    """Make each .mo from its .po; the .mo is never committed, so that it cannot disagree."""
    run(PYTHON, ROOT / "bin/_messages.py")


def huiyin(*arguments: str, env: dict[str, str] | None = None) -> None:
    run(PYTHON, "-m", "huiyin", *arguments, env=env)


def _stamp() -> dict[str, str]:
    if not STAMP.is_file():
        return {}
    found: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    return found


def _write_launcher() -> None:
    launcher = VENV / "bin/huiyin"
    launcher.write_text(LAUNCHER.format(python=PYTHON, root=str(ROOT)), encoding="utf-8")
    launcher.chmod(0o755)
