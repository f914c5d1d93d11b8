"""The shelves of the help centre, one inside another up to three deep."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from huiyin.core import journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid
from huiyin.knowledge.events import ShelfChanged
from huiyin.knowledge.models import Article, Category
from huiyin.knowledge.selectors.shelves import lineage
from huiyin.knowledge.shelves import BY_KEY

DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Place:
    """How a shelf is called and where it stands."""

    name_zh: str
    name_en: str
    parent: Category | None = None
    position: int = 100


def shelve(key: str) -> Category:
    """The category of this key, made when it is not there yet, with the usual names when there are some."""
    slug = _slug(key)
    if slug in BY_KEY:
        position, preset = BY_KEY[slug]
        named = {"name_zh": preset.zh, "name_en": preset.en, "position": position}
    else:
        named = {"name_zh": slug, "name_en": slug.replace("-", " ").capitalize()}
    return Category.objects.get_or_create(key=slug, defaults=named)[0]


@transaction.atomic
def open_shelf(key: str, place: Place, *, by: Actor) -> Category:
    """A new shelf. Refuses a key that is taken, and more than three levels. Events: shelf.changed."""
    slug = _slug(key)
    if Category.objects.filter(key=slug).exists():
        raise Conflict("key_taken", _("Another category has this address already."), field="key")
    return _put(Category(key=slug), place, by)


@transaction.atomic
def move_shelf(category: Category, place: Place, *, by: Actor) -> Category:
    """Another name or another place. Refuses a place inside itself, and more than three levels.

    Events: shelf.changed.
    """
    return _put(category, place, by)


@transaction.atomic
def close_shelf(category: Category, *, by: Actor) -> None:
    """Take an empty shelf away. Refuses one that holds articles or shelves. Events: shelf.changed."""
    if category.children.exists() or Article.objects.filter(category=category).exists():
        raise Conflict("shelf_in_use", _("Move its articles and categories elsewhere first."))
    journal.publish(ShelfChanged(subject=str(category.id), key=category.key), by=by)
    category.delete()


def _put(category: Category, place: Place, by: Actor) -> Category:
    _check(category, place)
    category.name_zh, category.name_en = place.name_zh.strip(), place.name_en.strip()
    category.parent, category.position = place.parent, place.position
    category.save()
    journal.publish(ShelfChanged(subject=str(category.id), key=category.key), by=by)
    return category


def _check(category: Category, place: Place) -> None:
    if not place.name_zh.strip() or not place.name_en.strip():
        raise Invalid("name_missing", _("Please name it in both languages."), field="name_zh")
    above = lineage(place.parent)
    if category.id in {shelf.id for shelf in above}:
        raise Invalid("shelf_loop", _("A category cannot stand inside itself."), field="parent")
    if len(above) + _height(category) > DEEPEST:
        raise Invalid("shelf_too_deep", _("At most three levels, please."), field="parent")


def _height(category: Category) -> int:
    """How many levels this shelf and what stands in it take."""
    below = [_height(child) for child in category.children.all()] if not category._state.adding else []
    return 1 + max(below, default=0)


def _slug(key: str) -> str:
    slug = slugify(key)[:60]
    if not slug:
        message = _("Name a category by letters, digits and hyphens.")
        raise Invalid("category_invalid", message, field="category")
    return slug
