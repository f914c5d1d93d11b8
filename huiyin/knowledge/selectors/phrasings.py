"""How published articles are asked for, with sentence vectors: for whoever ranks by them, and for the job that fills.

Whatever table has a `text` and the columns named in COLUMNS is read and filled alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from huiyin.knowledge.models import Article, Phrasing, Variant
from huiyin.knowledge.selectors.readers import open_to
from huiyin.language import services as language

# Of each encoder by its name: where the id of the one that made the vector stands, and the vector.
COLUMNS = {"builtin": ("model", "vector"), "quality": ("fine_model", "fine_vector")}
KEPT = tuple(name for columns in COLUMNS.values() for name in columns)
SHORT = (Phrasing.Kind.TITLE, Phrasing.Kind.QUESTION)


@dataclass(frozen=True, slots=True)
class Phrased:
    """One way to ask for an article; `vectors` are float32 rows by the encoder's name."""

    article: str
    text: str
    lang: str
    vectors: Mapping[str, bytes]


def public_phrasings() -> Iterator[Phrased]:
    """Titles and known questions of the articles that everybody may read. One query."""
    return phrased(Phrasing.objects.filter(kind__in=SHORT))


def phrased(rows: QuerySet[Any]) -> Iterator[Phrased]:
    """Those of the rows whose variant everybody may read, with their vectors of the encoders of today. One query."""
    today = {name: language.vector_model(name) for name in COLUMNS}
    public = rows.filter(open_to(None, "variant__article__"))
    columns = ("variant__article_id", "text", "variant__lang", *KEPT)
    for article, text, lang, *kept in public.values_list(*columns).iterator(chunk_size=500):
        yield Phrased(str(article), text, lang, _of_today(dict(zip(KEPT, kept, strict=True)), today))


def phrasings_version() -> tuple[object, ...]:
    """Changes whenever `public_phrasings` would tell something else."""
    published = Article.objects.filter(status=Article.Status.PUBLISHED).order_by("-updated_at")
    return (*version_of(Phrasing.objects.all()), published.values_list("updated_at", flat=True).first())


def version_of(rows: QuerySet[Any]) -> tuple[object, ...]:
    """Changes whenever rows come or go or get a vector: what the first encoder reads has a new id, and ids grow."""
    newest = rows.order_by("-id").values_list("id", flat=True).first()
    return (newest, rows.count(), rows.filter(fine_model=language.vector_model("quality")).count())


def waiting_for(encoder: str, rows: QuerySet[Any], limit: int) -> list[Any]:
    """Some of the rows that this encoder has not read, those without any vector first; none where it is absent."""
    model, column = language.vector_model(encoder), COLUMNS[encoder][0]
    if not model:
        return []
    # An index alone tells the ids; to look through the rows would read all vectors.
    ids = rows.exclude(**{column: model}).order_by(column).values_list("id", flat=True)[:limit]
    return list(rows.filter(id__in=list(ids)))


def unphrased() -> QuerySet[Variant]:
    """Published words that have no phrasings yet."""
    known = Phrasing.objects.filter(variant=OuterRef("pk"), revision=OuterRef("published")).exclude(text="")
    published = Variant.objects.filter(article__status=Article.Status.PUBLISHED, published__isnull=False)
    return published.filter(~Exists(known)).select_related("published", "article")


def _of_today(kept: Mapping[str, Any], today: Mapping[str, str]) -> dict[str, bytes]:
    """Vectors by the encoder's name; two encoders of one name say nothing about each other."""
    return {
        name: bytes(kept[vector])
        for name, (model, vector) in COLUMNS.items()
        if kept[vector] and today[name] == kept[model]
    }
