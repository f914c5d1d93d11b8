"""Swells as machines and people read them: which last, of what, and those of a period with names and addresses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import BusinessLine
from huiyin.cases.selectors.notices import Thing
from huiyin.insights.models import Matter, Swell, Topic
from huiyin.language import labels

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Told:
    """One swell with the name of what swells, of which sort that is, and where its voices or cases are read."""

    swell: Swell
    name: str
    sort: str
    url: str


def lasting(matter: Matter) -> QuerySet[Swell]:
    """Swells of one sort that are not over."""
    rows = Swell.objects.filter(ended_at=None)
    return rows.exclude(category="") if matter is Matter.CATEGORY else rows.exclude(**{matter: None})


def swelling(matter: Matter, keys: Collection[Any]) -> dict[Any, Swell]:
    """Which of these swell. One query."""
    return {swell.about: swell for swell in lasting(matter).filter(**{f"{matter}__in": keys})}


def swells_of(topic: Topic) -> list[Swell]:
    return list(topic.swells.order_by("-began_at")[:SHOWN])


def swells_since(since: datetime, line: BusinessLine | None = None) -> list[Told]:
    """Those that last and those that began since then, the newest first; of one line without whole categories."""
    rows = Swell.objects.filter(Q(ended_at=None) | Q(began_at__gt=since)).exclude(
        topic__state__in=[Topic.State.HIDDEN, Topic.State.MERGED]
    )
    if line:
        rows = rows.filter(Q(product__line=line) | Q(topic__product__line=line))
    return [_told(swell) for swell in rows.select_related("topic", "product").order_by("-began_at")[:SHOWN]]


def subject_of(swell: Swell) -> str:
    """What swells, as events name it."""
    if swell.topic:
        return swell.topic.key
    return swell.product.key if swell.product else swell.category


def products(keys: Collection[str]) -> dict[str, Thing]:
    """What these products are called and where their swells are read of, for the bell."""
    known = {product.key: product.name for product in people.directory().products.values()}
    return {key: Thing(known[key], _page()) for key in keys if key in known}


def categories(keys: Collection[str]) -> dict[str, Thing]:
    return {key: Thing(_category(key), _page()) for key in keys}


def _page() -> str:
    return f"{reverse('insights')}#in-swells"


def _category(key: str) -> str:
    return str(labels.name("category", key))


def _told(swell: Swell) -> Told:
    if swell.topic:
        return Told(swell, swell.topic.shown, _("Topic"), reverse("insight_topic", args=[swell.topic.key]))
    if swell.product:
        return Told(swell, swell.product.name, _("Product"), _cases("product", swell.product.key))
    return Told(swell, _category(swell.category), _("Category"), _cases("category", swell.category))


def _cases(column: str, key: str) -> str:
    return f"{reverse('case_list')}?{urlencode({'view': 'all', column: key})}"
