"""The tree of categories: as readers walk it, and as the desk keeps it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from huiyin.core.errors import NotFound
from huiyin.knowledge.models import Article, Category
from huiyin.knowledge.selectors.articles import readable_variants
from huiyin.knowledge.shelves import icon_of


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with the number of articles that this reader may read there and in what stands in it."""

    key: str
    title: str
    count: int
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A category in the desk's tree: how deep it stands, and how many articles it holds itself."""

    category: Category
    depth: int
    articles: int
    is_empty: bool


def categories() -> QuerySet[Category]:
    return Category.objects.all()


def category_of(key: str) -> Category:
    category = Category.objects.select_related("parent__parent").filter(key=key).first()
    if category is None:
        raise NotFound("category_absent", "")
    return category


def lineage(category: Category | None) -> list[Category]:
    """The shelf with those it stands in, the outermost first."""
    found: list[Category] = []
    while category and category not in found:
        found.append(category)
        category = category.parent
    return found[::-1]


def categories_for(user: Any | None, *, within: Category | None = None) -> list[Shelf]:
    """The shelves side by side in one place that hold an article for this reader, however deep. Two queries."""
    rows = readable_variants(user).values("article__category")
    counts = Counter(
        dict(rows.annotate(n=Count("article", distinct=True)).values_list("article__category", "n"))
    )
    everything = list(categories())
    totals = {category.id: _total(category, everything, counts) for category in everything}
    here = within.id if within else None
    return [
        _shelf(category, totals[category.id])
        for category in everything
        if category.parent_id == here and totals[category.id]
    ]


def shelf_rows() -> list[ShelfRow]:
    """Every shelf in the order of the tree, each under the one it stands in. Two queries."""
    counts = dict(Article.objects.values_list("category").annotate(n=Count("id")))
    return list(_walked(None, 0, list(categories()), counts))


def _walked(parent: Any, depth: int, everything: list[Category], counts: dict[Any, int]) -> list[ShelfRow]:
    rows: list[ShelfRow] = []
    for category in everything:
        if category.parent_id != parent:
            continue
        below = _walked(category.id, depth + 1, everything, counts)
        held = counts.get(category.id, 0)
        rows += [ShelfRow(category, depth, held, not held and not below), *below]
    return rows


def _total(category: Category, everything: list[Category], counts: Counter[Any]) -> int:
    below = (child for child in everything if child.parent_id == category.id)
    return counts[category.id] + sum(_total(child, everything, counts) for child in below)


def _shelf(category: Category, count: int) -> Shelf:
    return Shelf(
        key=category.key,
        title=category.name,
        count=count,
        icon=icon_of(category.key),
        url=reverse("kb_category", args=[category.key]),
    )
