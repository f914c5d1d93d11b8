"""Nothing kept in the repository names the machine it was written on, or leaves work for later."""

import re
import subprocess
from pathlib import Path

from tests.architecture import source

TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".lock", ".po", ".json", ".sh", ".txt", ".yml", ""}

# Written so that no pattern finds itself.
BANNED = {
    "a package registry's host": re.compile(
        r"[r]egistry\.npm|[p]ypi\.org|[p]ythonhosted|[p]ypi\.tuna|[n]pmmirror|[d]eb\.debian"
    ),
    "a machine's path": re.compile(r"(?<![\w.])/[w]ork/|/[r]oot/|/[f]arm/|/[o]pt/wheels|/[o]pt/pypi"),
    "unfinished work": re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX)\b"),
}


def kept_files() -> list[Path]:
    """What git keeps, or would keep: tracked and new files, ignored and vendored ones left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=source.ROOT, capture_output=True, text=True, check=True).stdout
    paths = [source.ROOT / name for name in listed.split("\0") if name]
    return [p for p in paths if p.is_file() and p.suffix in TEXT and "vendor" not in p.parts]


def test_nothing_names_a_machine_or_leaves_work_for_later() -> None:
    faults = []
    for path in kept_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        faults += [f"{source.relative(path)} names {what}" for what, p in BANNED.items() if p.search(text)]
    source.expect_none(faults)
