"""So many published articles of three phrasings in a fresh house: `python -m bench._shelf ARTICLES`.

Vectors are drawn by lot: what comparing costs does not depend on what they say.
"""

import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import numpy as np  # noqa: E402
from django.db import transaction  # noqa: E402

from bench import _faq  # noqa: E402
from huiyin.knowledge.models import Article, Category, Phrasing, Revision, Variant  # noqa: E402
from huiyin.language import services as language  # noqa: E402

SIZE = 512, 384
BATCH = 200
KINDS = ("title", "question", "question")


@transaction.atomic
def fill(articles: int) -> None:
    variants = _published(articles)
    rng = np.random.default_rng(7)
    model, fine_model = language.vector_model("builtin"), language.vector_model("quality")
    for start in range(0, articles, BATCH):
        rows = [
            Phrasing(
                variant=variant,
                revision=variant.published,
                place=place,
                kind=kind,
                text=f"{_faq.title(start + number)}{place}",
                model=model,
                vector=_row(rng, SIZE[0]),
                fine_model=fine_model,
                fine_vector=_row(rng, SIZE[1]),
            )
            for number, variant in enumerate(variants[start : start + BATCH])
            for place, kind in enumerate(KINDS)
        ]
        Phrasing.objects.bulk_create(rows, batch_size=BATCH)


def _published(articles: int) -> list[Variant]:
    shelf = Category.objects.create(key="bench", name_zh="测", name_en="Bench")
    pages = [
        Article(key=f"article-{number}", category=shelf, status=Article.Status.PUBLISHED)
        for number in range(articles)
    ]
    Article.objects.bulk_create(pages, batch_size=500)
    variants = [Variant(article=page, lang="zh") for page in pages]
    Variant.objects.bulk_create(variants, batch_size=500)
    revisions = [_revision(number, variant) for number, variant in enumerate(variants)]
    Revision.objects.bulk_create(revisions, batch_size=500)
    for variant, revision in zip(variants, revisions, strict=True):
        variant.current = variant.published = revision
    Variant.objects.bulk_update(variants, ["current", "published"], batch_size=500)
    return variants


def _revision(number: int, variant: Variant) -> Revision:
    said = "打开设置，选择账号，按提示操作。"
    words = {"title": _faq.title(number), "body": said, "html": f"<p>{said}</p>", "plain": said}
    return Revision(variant=variant, number=1, author_kind="system", **words)


def _row(rng: Any, size: int) -> bytes:
    row = rng.normal(size=size).astype(np.float32)
    return bytes((row / np.linalg.norm(row)).tobytes())


if __name__ == "__main__":
    fill(int(sys.argv[1]))
