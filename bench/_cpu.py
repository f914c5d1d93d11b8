"""CPU seconds that processes have used, read from /proc; good to the clock tick (10 ms)."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def of(processes: Iterable[int]) -> float:
    """User and system time of these processes, in seconds. Who has ended counts no more."""
    return sum(_ticks(process) for process in processes) / TICKS


def tree(root: int) -> list[int]:
    """A process and everything that it started."""
    parents = {int(entry.name): _parent(int(entry.name)) for entry in Path("/proc").glob("[0-9]*")}
    found = [root]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return found


def postmaster(backend: int) -> int:
    """The server that a backend belongs to."""
    return _parent(backend)


def _ticks(process: int) -> int:
    fields = _stat(process)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _parent(process: int) -> int:
    fields = _stat(process)
    return int(fields[1]) if fields else 0


def _stat(process: int) -> list[str]:
    """The fields after the name, which may hold blanks and brackets."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
