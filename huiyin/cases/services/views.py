"""Saved filters of the workspace."""

from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.cases.models import SavedView
from huiyin.core.errors import Invalid

MAX_VIEWS = 50
MAX_QUERY = 500


@transaction.atomic
def save_view(*, user: User, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep a filter under a name; the same name again replaces it.

    Refuses blank names, more than fifty views, and a filter too long to be kept whole.
    """
    name = name.strip()
    if not 0 < len(name) <= 60:
        raise Invalid("view_name", _("Please give the view a name of at most 60 characters."), field="name")
    mine = SavedView.objects.filter(user=user)
    if mine.count() >= MAX_VIEWS and not mine.filter(name=name).exists():
        raise Invalid("too_many_views", _("At most 50 views; please delete one first."), field="name")
    normal = urlencode([(key, value) for key, value in parse_qsl(query) if value and key != "cursor"])
    if len(normal) > MAX_QUERY:
        raise Invalid("view_too_long", _("This filter is too long to be kept."), field="query")
    view, _created = SavedView.objects.update_or_create(
        user=user, name=name, defaults={"query": normal, "is_shared": is_shared}
    )
    return view


def delete_view(view: SavedView) -> None:
    """Forget a filter."""
    view.delete()
