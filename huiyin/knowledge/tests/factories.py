"""Articles, authors and readers for tests."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from huiyin.accounts import services as people
from huiyin.accounts.models import ApiToken, User
from huiyin.core.actors import SYSTEM
from huiyin.knowledge import services
from huiyin.knowledge.models import Article
from huiyin.knowledge.services import Words
from huiyin.language import encoders
from huiyin.language import services as language
from huiyin.language.engine import Engine
from huiyin.language.tests.factories import HashEncoder

_numbers = count(1)
REFUND = Words(
    "如何申请退款",
    "## 步骤\n\n1. 打开**我的订单**\n2. 选择申请退款\n\n三个工作日内到账。",
    ("钱怎么退", "不想要了怎么退款"),
)
REFUND_EN = Words(
    "How to get a refund", "Open **My orders** and choose Refund. Money comes back in three days."
)


def person(role: str = "") -> User:
    """Somebody who can sign in; staff when a role is named."""
    name = f"person{next(_numbers)}"
    return people.create_user(username=name, display_name=name, roles=(role,) if role else (), by=SYSTEM)


def article(words: Words = REFUND, *, lang: str = "zh", category: str = "refund", **place: str) -> Article:
    """A draft."""
    key = place.pop("key", f"article-{next(_numbers)}")
    shelf = services.shelve(category)
    return services.draft(words, lang=lang, category=shelf, key=key, by=SYSTEM, **place)


def published(words: Words = REFUND, **place: str) -> Article:
    made = article(words, **place)
    services.publish(made, by=SYSTEM)
    return made


class FineEncoder(HashEncoder):
    """A second tiny encoder, whose vectors are others than the first one's."""

    id = "fine/1"

    def encode(self, texts: Sequence[str], kind: str = "passage") -> Any:
        return super().encode(texts, kind)[:, ::-1].copy()


def use_tiny_encoders(settings: Any, monkeypatch: Any) -> dict[str, HashEncoder]:
    """The first encoder in this process, and those beside it by their names: none to begin with."""
    settings.LANGUAGE_ENGINE = "inline"
    engine, beside = Engine(HashEncoder()), dict[str, HashEncoder]()
    monkeypatch.setattr(language, "inline_engine", lambda: engine)
    monkeypatch.setattr(encoders, "named", beside.get)
    return beside


def token(user: User, *scopes: str) -> str:
    """The secret of a fresh token."""
    issued: tuple[ApiToken, str] = people.issue_token(user, scopes=list(scopes) or None, by=SYSTEM)
    return issued[1]
