"""Who is to hear of a swell: the topic's owner, or else who leads what it is about."""

from uuid import UUID

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Product, Role
from huiyin.insights.models import Topic


def owners_of(key: str) -> list[UUID]:
    """The person who answers for a topic; else who leads its product. Nobody for a topic that is gone."""
    topic = Topic.objects.filter(key=key).first()
    if topic is None:
        return []
    if topic.owner_id:
        return [topic.owner_id]
    return leads_of(people.directory().products.get(topic.product_id) if topic.product_id else None)


def leads_of(product: Product | None) -> list[UUID]:
    """The lead of a product's team and the owner of its line; else the experience owners, or administrators."""
    house = people.directory()
    team = house.team_for(product) if product else None
    line = house.lines.get(product.line_id) if product else None
    named = [key for key in (team and team.lead_id, line and line.owner_id) if key]
    return list(dict.fromkeys(named)) or _holding(Role.OWNER) or _holding(Role.ADMIN)


def _holding(role: str) -> list[UUID]:
    roles = people.directory().roles
    return [key for key, held in roles.items() if role in held]
