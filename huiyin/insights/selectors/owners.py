"""Who is to hear of a topic: its owner, or else who leads what it is about."""

from uuid import UUID

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Role
from huiyin.insights.models import Topic


def owners_of(key: str) -> list[UUID]:
    """The person who answers for it; else the lead of the product's team and the owner of its line; else the
    experience owners, or administrators where there is none. Nobody for a topic that is gone."""
    topic = Topic.objects.filter(key=key).first()
    if topic is None:
        return []
    if topic.owner_id:
        return [topic.owner_id]
    house = people.directory()
    product = house.products.get(topic.product_id) if topic.product_id else None
    team = house.team_for(product) if product else None
    line = house.lines.get(product.line_id) if product else None
    named = [key for key in (team and team.lead_id, line and line.owner_id) if key]
    return list(dict.fromkeys(named)) or _holding(Role.OWNER) or _holding(Role.ADMIN)


def _holding(role: str) -> list[UUID]:
    roles = people.directory().roles
    return [key for key, held in roles.items() if role in held]
