"""Where a request may be sent on to: an address of our own and nothing else."""

from urllib.parse import urlsplit


def safe_next(target: str, *, default: str = "/") -> str:
    """The target when it is a path on this site, else the default. Browsers read a backslash as a slash."""
    if not target.startswith("/") or target.startswith("//"):
        return default
    if "\\" in target or any(ord(c) < 33 or ord(c) == 127 for c in target):
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else target
