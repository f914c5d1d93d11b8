"""Files of articles that were brought in."""

from uuid import UUID

from huiyin.core.errors import NotFound
from huiyin.knowledge.models import Import

SHOWN = 20


def newest_imports() -> list[Import]:
    """The last ones, with who sent them."""
    return list(Import.objects.select_related("by").order_by("-asked_at")[:SHOWN])


def import_of(key: UUID) -> Import:
    """One of them; NotFound when there is none."""
    made = Import.objects.select_related("by").filter(id=key).first()
    if made is None:
        raise NotFound("import_absent", "")
    return made
