"""Unix socket addresses of any length: the kernel takes about 100 bytes, a data folder may be deeper."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_KERNEL_LIMIT = 100


@contextlib.contextmanager
def reachable(path: Path) -> Iterator[str]:
    """A name for `path` that fits, valid inside the block: through the open folder when it is too long."""
    if len(os.fsencode(path)) <= _KERNEL_LIMIT:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
