"""The help centre of the demo: shelves, forty articles in two languages, and what readers thought of them."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from random import Random

from huiyin.accounts.models import Product
from huiyin.core import clock
from huiyin.core.actors import SYSTEM, Actor
from huiyin.knowledge import services as knowledge
from huiyin.knowledge.models import Article, Category
from huiyin.knowledge.services import care
from huiyin.web.demo import content
from huiyin.web.demo.company import Cast
from huiyin.web.demo.content import ArticleText

UNREAD = ("seller-settlement", "team-seats")
EDITORS = ("huanglihua", "xujianping")
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
    shelves = {shelf.key: shelf for shelf in Category.objects.all()}
    products = {product.key: product for product in Product.objects.all()}
    for original, translation in _pairs():
        age = timedelta(days=chance.randint(20, 330), minutes=chance.randint(0, 600))
        with clock.frozen(now - age):
            article = knowledge.draft(
                _words(original),
                key=original.id,
                lang=original.lang,
                category=shelves[original.category],
                visibility=original.visibility,
                product=products.get(original.product),
                by=_author(cast, original),
            )
            knowledge.write(article, _words(translation), lang=translation.lang, by=_author(cast, original))
            knowledge.publish(article, by=_reviewer(cast, original))
    for article in Article.objects.filter(visibility=Article.Visibility.PUBLIC).order_by("key"):
        _vote(article, now, chance)
    _open(now, chance)
    with clock.frozen(now - timedelta(days=2)):
        for query, lang, times in MISSES:
            for _time in range(times):
                knowledge.record_miss(query, lang=lang)


def size() -> int:
    """How many articles there are."""
    return Article.objects.count()


def _pairs() -> Iterator[tuple[ArticleText, ArticleText]]:
    """Each article in Chinese, the original, and in English."""
    for key, texts in groupby(content.articles(), lambda text: text.id):
        by_lang = {text.lang: text for text in texts}
        if set(by_lang) != {"zh", "en"}:
            raise ValueError(f"article {key} is not there in both languages")
        yield by_lang["zh"], by_lang["en"]


def _words(text: ArticleText) -> knowledge.Words:
    return knowledge.Words(text.title, text.body, text.questions)


def _author(cast: Cast, text: ArticleText) -> Actor:
    """The experience owner of the product's line; for what concerns everybody, the senior agents."""
    line = next((row.line for row in content.products() if row.key == text.product), "")
    owner = next((row.owner for row in content.lines() if row.key == line), "huanglihua")
    return cast.staff[owner].actor


def _reviewer(cast: Cast, text: ArticleText) -> Actor:
    """Somebody else than the author: the editors of the help centre look at each other's words."""
    author = _author(cast, text)
    return next(actor for name in EDITORS if (actor := cast.staff[name].actor) != author)


def _open(now: datetime, chance: Random) -> None:
    """Readers of the last weeks: some articles are opened often, a few by nobody."""
    for weeks in range(6):
        articles = Article.objects.exclude(key__in=UNREAD).order_by("key").values_list("id", flat=True)
        counts = Counter({article: chance.randint(0, 30) for article in articles})
        care.add_readings(counts, day=(now - timedelta(weeks=weeks)).date())


def _vote(article: Article, now: datetime, chance: Random) -> None:
    liking = chance.uniform(0.6, 0.97)
    for reader in range(chance.randint(1, 5)):
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
