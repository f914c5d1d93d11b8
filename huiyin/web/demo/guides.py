"""Guided flows of the demo company, published, in both languages."""

import tomllib

from huiyin.accounts.models import Role, User
from huiyin.assistant.services import flows
from huiyin.web.demo import content


def fill() -> None:
    """Write and publish them by the real services, which refuse a flow that leads nowhere."""
    manager = User.objects.filter(grants__role=Role.MANAGER).earliest("username")
    words = tomllib.loads((content.FOLDER / "flows.toml").read_text(encoding="utf-8"))
    for row in words["flows"]:
        flow = flows.create(key=row["key"], title=row["title"], lang=row["lang"], by=manager)
        told = {"title": row["title"], "summary": row["summary"], "words": row["words"], "is_listed": True}
        flow = flows.describe(flow, told, edition=flow.edition, by=manager)
        flow = flows.rewrite(flow, row["steps"], edition=flow.edition, by=manager)
        flows.publish(flow, edition=flow.edition, by=manager)
