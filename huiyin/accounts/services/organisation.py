"""Writes about business lines, teams and products."""

from collections.abc import Sequence

from django.db import transaction

from huiyin.accounts import selectors
from huiyin.accounts.models import BusinessLine, Membership, Product, Team, User


def open_line(*, key: str, name_zh: str, name_en: str, owner: User | None = None) -> BusinessLine:
    """A new business line."""
    line = BusinessLine.objects.create(key=key, name_zh=name_zh, name_en=name_en, owner=owner)
    _changed()
    return line


def add_team(*, key: str, name_zh: str, name_en: str, line: BusinessLine | None = None) -> Team:
    """A new team; the first one of an installation takes what has no product."""
    is_default = not Team.objects.filter(is_default=True).exists()
    team = Team.objects.create(key=key, name_zh=name_zh, name_en=name_en, line=line, is_default=is_default)
    _changed()
    return team


def add_member(team: Team, *, user: User) -> Membership:
    """Put a person into a team; twice is once."""
    membership, _ = Membership.objects.get_or_create(team=team, user=user)
    _changed()
    return membership


def add_product(
    *,
    key: str,
    name_zh: str,
    name_en: str,
    line: BusinessLine,
    team: Team | None = None,
    aliases: Sequence[str] = (),
) -> Product:
    """A new product of a line; by its names and aliases it is recognised in what users write."""
    product = Product(key=key, name_zh=name_zh, name_en=name_en, line=line, team=team)
    product.aliases = [alias.strip() for alias in aliases if alias.strip()]
    product.save(force_insert=True)
    _changed()
    return product


def _changed() -> None:
    selectors.forget_directory()
    transaction.on_commit(selectors.forget_directory)
