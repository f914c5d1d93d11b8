"""Reading the help centre: phrasings of public articles, and their vectors through the language owner."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from huiyin.assistant.models import Phrasing, Turn
from huiyin.assistant.selectors import catalogue
from huiyin.core import clock
from huiyin.knowledge.models import Article, Variant
from huiyin.language import pii
from huiyin.language import services as language

LONGEST = 200
MOST_QUESTIONS = 20
BATCH = 50
PATIENCE_MS = 20_000


def read(articles: Iterable[str] | None = None) -> int:
    """Bring the phrasings of these articles, or of all, in line with what readers see; how many are new.

    What was learnt of users stays with its article. Unchanged phrasings keep their vectors.
    """
    wanted = {variant: _ways(title, questions) for variant, title, questions in catalogue.published(articles)}
    held = Phrasing.objects.exclude(kind=Phrasing.Kind.LEARNT)
    if articles is not None:
        held = held.filter(variant__article_id__in=list(articles))
    known: dict[tuple[object, str], Phrasing] = {(each.variant_id, each.text): each for each in held}
    fresh = [
        Phrasing(variant_id=variant, text=text, kind=kind)
        for variant, ways in wanted.items()
        for text, kind in ways.items()
        if (variant, text) not in known
    ]
    stale = [each.id for (variant, text), each in known.items() if text not in wanted.get(variant, {})]  # type: ignore[call-overload]
    with transaction.atomic():
        Phrasing.objects.filter(id__in=stale).delete()
        Phrasing.objects.bulk_create(fresh, batch_size=200)
    if fresh or stale:
        catalogue.forget_index()
    return len(fresh)


def embed(limit: int = 2_000) -> int:
    """Make the vectors that are missing or of other encoders; stops quietly when the owner is away. How many."""
    model = vector_model()
    done = 0
    while model and done < limit and (batch := catalogue.waiting_for_vectors(model, BATCH)):
        texts = [phrasing.text for phrasing in batch]
        rows = _rows(texts, "builtin")
        if rows is None:
            break
        fine = _rows(texts, "quality")
        _keep(batch, model, rows, fine)
        done += len(batch)
    if done:
        catalogue.forget_index()
    return done


def vector_model() -> str:
    """The encoders whose vectors a phrasing carries now; empty where there is none."""
    return "|".join(filter(None, (language.vector_model("builtin"), language.vector_model("quality"))))


@transaction.atomic
def learn(turn: Turn, *, article: Article) -> Phrasing | None:
    """Keep a visitor's words as one more way to ask for an article. Words with personal data in them are not kept."""
    text = " ".join(turn.text.split())[:LONGEST]
    variant = Variant.objects.filter(article=article, published__isnull=False).order_by("-lang").first()
    if not text or variant is None or pii.redacted(text) != text:
        return None
    known = Phrasing.objects.filter(variant__article=article, text=text).first()
    if known is not None:
        return known
    kept = Phrasing(variant=variant, kind=Phrasing.Kind.LEARNT, text=text, turn=turn)
    kept.save(force_insert=True)
    catalogue.forget_index()
    return kept


@transaction.atomic
def unlearn(turn: Turn) -> None:
    """Take back what was learnt of a turn."""
    if Phrasing.objects.filter(turn=turn).delete()[0]:
        catalogue.forget_index()


def _ways(title: str, questions: Sequence[str]) -> dict[str, str]:
    """Texts by kind; the title first."""
    ways = {title.strip()[:LONGEST]: Phrasing.Kind.TITLE.value}
    for question in questions[:MOST_QUESTIONS]:
        ways.setdefault(question.strip()[:LONGEST], Phrasing.Kind.QUESTION.value)
    ways.pop("", None)
    return ways


def _rows(texts: Sequence[str], engine: str) -> tuple[bytes, ...] | None:
    made = language.embed(texts, "passage", engine=engine, budget_ms=PATIENCE_MS)
    return made.rows if made else None


@transaction.atomic
def _keep(batch: Sequence[Phrasing], model: str, rows: Sequence[bytes], fine: Sequence[bytes] | None) -> None:
    """Where the better encoder did not answer in time, the phrasing waits for it: its model stays the old one."""
    for place, phrasing in enumerate(batch):
        phrasing.vector = rows[place]
        phrasing.fine_vector = fine[place] if fine else None
        phrasing.model, phrasing.at = model, clock.now()
    Phrasing.objects.bulk_update(batch, ["vector", "fine_vector", "model", "at"])
