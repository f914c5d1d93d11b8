"""Saved filters that a person sees."""

from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.accounts.models import User
from huiyin.cases.models import SavedView
from huiyin.core.errors import NotFound


def views_for(user: User) -> QuerySet[SavedView]:
    """Their own and the shared ones, in order."""
    return SavedView.objects.filter(Q(user=user) | Q(is_shared=True)).order_by("position", "id")


def own_view_for(user: User, view_id: UUID | str) -> SavedView:
    """One of their own, to be changed."""
    view = SavedView.objects.filter(user=user, id=view_id).first()
    if view is None:
        raise NotFound("view_absent", "")
    return view
