"""Who may touch the machinery."""

from typing import Any


def can_manage_jobs(user: Any) -> bool:
    """Administrators alone; the role by its plain name, because people live one floor up."""
    return bool(getattr(user, "is_active", False) and "admin" in user.roles)


def can_manage_webhooks(user: Any) -> bool:
    """Administrators alone: an endpoint hears what happens to everybody."""
    return bool(getattr(user, "is_active", False) and "admin" in user.roles)


def can_read_files(user: Any) -> bool:
    """Staff, but no guests: nobody can mask what is in a file. Whether this very file, the app that owns it decides."""
    return bool(getattr(user, "is_staff_member", False)) and "external" not in user.roles
