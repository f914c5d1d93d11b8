"""Who a reader is: which groups of users they belong to, and which articles are open to them."""

from typing import Any

from django.db.models import Q

from huiyin.accounts.models import Contact
from huiyin.accounts.selectors.family import family_of
from huiyin.knowledge import policies
from huiyin.knowledge.models import Article, Segment
from huiyin.voices.models import Voice


def open_to(user: Any | None, path: str = "") -> Q:
    """The published articles that this person may read; `path` leads from the rows asked to the article.

    Staff read all, everybody reads what is public, and who is known to us also what is for their groups.
    """
    published = Q(**{f"{path}status": Article.Status.PUBLISHED})
    if policies.can_read_desk_articles(user):
        return published
    public = Q(**{f"{path}visibility": Article.Visibility.PUBLIC})
    groups = groups_of(user)
    if groups is None:
        return published & public
    theirs = Segment.objects.filter(groups).values("article")
    some = Q(**{f"{path}visibility": Article.Visibility.SEGMENT, f"{path}id__in": theirs})
    return published & (public | some)


def groups_of(user: Any | None) -> Q | None:
    """The segments that a signed-in user belongs to, by their tier and by what they wrote to us about."""
    if user is None or not user.is_authenticated:
        return None
    contact = Contact.objects.filter(user=user).first()
    if contact is None:
        return None
    products = Voice.objects.filter(contact__in=family_of(contact), product__isnull=False)
    used = list(products.values_list("product__key", "product__line__key").distinct())
    return (
        Q(kind=Segment.Kind.TIER, value=contact.tier)
        | Q(kind=Segment.Kind.PRODUCT, value__in={product for product, _line in used})
        | Q(kind=Segment.Kind.LINE, value__in={line for _product, line in used})
    )
