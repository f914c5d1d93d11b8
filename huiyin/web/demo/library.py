"""The help centre of the demo: shelves, forty articles in two languages, and what readers thought of them."""

from datetime import datetime, timedelta
from random import Random

from huiyin.core import clock
from huiyin.core.actors import SYSTEM, Actor
from huiyin.knowledge import services as knowledge
from huiyin.knowledge.models import Article
from huiyin.web.demo import content
from huiyin.web.demo.company import Cast

DOUBTS = ("unclear", "incomplete", "wrong", "other_topic")
# What people sought in vain: the gaps that the editors see.
MISSES = (
    ("学生优惠怎么续", "zh", 6),
    ("黑胶唱片预售", "zh", 4),
    ("手表版", "zh", 9),
    ("钱包亲情账户", "zh", 3),
    ("gift card", "en", 2),
)


def fill(cast: Cast, now: datetime) -> None:
    """Publish the articles, each at its own time of the last year, and let readers vote."""
    chance = Random("library")  # noqa: S311 - a story, not a secret
    for place, row in enumerate(content.shelves()):
        shelf = knowledge.shelve(row.key)
        shelf.name_zh, shelf.name_en, shelf.position = row.zh, row.en, 10 * (place + 1)
        shelf.save(update_fields=["name_zh", "name_en", "position"])
    ages: dict[str, int] = {}
    for text in sorted(content.articles(), key=lambda text: (text.id, text.lang != "zh")):
        age = ages.setdefault(text.id, chance.randint(20, 330))
        with clock.frozen(now - timedelta(days=age, minutes=chance.randint(0, 600))):
            _publish(text, by=_author(cast, text))
    for article in Article.objects.filter(visibility=Article.Visibility.PUBLIC).order_by("key"):
        _vote(article, now, chance)
    with clock.frozen(now - timedelta(days=2)):
        for query, lang, times in MISSES:
            for _time in range(times):
                knowledge.record_miss(query, lang=lang)


def size() -> int:
    """How many articles there are."""
    return Article.objects.count()


def _publish(text: content.ArticleText, *, by: Actor) -> None:
    row = {
        "id": text.id,
        "lang": text.lang,
        "title": text.title,
        "body": text.body,
        "questions": list(text.questions),
        "category": text.category,
        "product": text.product,
        "visibility": text.visibility,
    }
    for outcome in knowledge.import_rows([(text.id, row)], by=by):
        if outcome.result == "refused":
            raise ValueError(f"article {text.id}.{text.lang}: {outcome.reason}")


def _author(cast: Cast, text: content.ArticleText) -> Actor:
    """The experience owner of the product's line; for what concerns everybody, the senior agents."""
    line = next((row.line for row in content.products() if row.key == text.product), "")
    owner = next((row.owner for row in content.lines() if row.key == line), "huanglihua")
    return cast.staff[owner].actor


def _vote(article: Article, now: datetime, chance: Random) -> None:
    liking = chance.uniform(0.6, 0.97)
    for reader in range(chance.randint(2, 9)):
        helped = chance.random() < liking
        with clock.frozen(now - timedelta(hours=chance.uniform(2, 900))):
            knowledge.vote(
                article,
                lang="zh" if chance.random() < 0.8 else "en",
                voter=f"reader-{reader:03d}",
                verdict="yes" if helped else "no",
                reason="" if helped else chance.choice(DOUBTS),
                by=SYSTEM,
            )
