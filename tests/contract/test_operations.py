"""Every operation of the described API, against a real server, with inputs that Schemathesis thinks of.

Short and always the same: one seed, six inputs an operation, good and bad ones. What it may find is a 5xx, an
answer that the description does not know, an error that is no problem+json, or a body of another shape than was
promised. Adding `coverage` to the phases asks some two thousand boundary cases more, in a few minutes.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import servers
from tests.architecture.source import ROOT

pytestmark = pytest.mark.slow

EXAMPLES = 6
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
METHODS = {"get", "post", "put", "patch", "delete"}
# Operations that are left out, each with its reason. There are none: everything described is asked.
LEFT_OUT: dict[str, str] = {}


def described() -> set[str]:
    """The operations of the kept description, as Schemathesis names them."""
    paths = json.loads((ROOT / "docs/api/openapi.json").read_text(encoding="utf-8"))["paths"]
    return {f"{verb.upper()} {path}" for path, verbs in paths.items() for verb in verbs if verb in METHODS}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A house of its own with an administrator; its address and a token that may do all that they may."""
    folder, port = tmp_path_factory.mktemp("contract"), servers.free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    own = {"HUIYIN_DATA": str(folder / "var"), "HUIYIN_PORT": str(port), "HUIYIN_LANGUAGE_ENGINE": "rules"}
    environ = {**inherited, **own}

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "huiyin", *words],
            cwd=ROOT,
            env=environ,
            input="correct-horse-battery",
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    run("migrate", "--verbosity", "0")
    run("user", "create", "--username", "root", "--role", "admin", "--password-stdin")
    token = json.loads(run("token", "create", "--user", "root"))["token"]
    with (folder / "serve.log").open("w") as log:
        command = [sys.executable, "-m", "huiyin", "serve"]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(f"http://127.0.0.1:{port}/health/ready", process)
            yield f"http://127.0.0.1:{port}", token
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("the server did not open")


def asked(report: Path) -> set[str]:
    """The operations that the run really called, from its record of requests."""
    events = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    finished = [event["ScenarioFinished"] for event in events if "ScenarioFinished" in event]
    return {
        scenario["recorder"]["label"] for scenario in finished if scenario["recorder"].get("interactions")
    }


def test_operations_when_asked_anything_then_answer_as_described(server, tmp_path: Path) -> None:
    url, token = server
    report = tmp_path / "report.ndjson"
    command = [
        *(Path(sys.executable).with_name("schemathesis"), "run", ROOT / "docs/api/openapi.json"),
        *("--url", url, "--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS)),
        *("--phases", "examples,fuzzing", "--max-examples", str(EXAMPLES), "--seed", "1"),
        *("--generation-deterministic", "--no-shrink"),
        *("--continue-on-failure", "--warnings", "off", "--no-color"),
        *("--report", "ndjson", "--report-ndjson-path", report),
        *(part for name in LEFT_OUT for part in ("--exclude-name", name)),
    ]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-20_000:] + told.stderr[-2_000:]
    assert asked(report) == described() - set(LEFT_OUT)
