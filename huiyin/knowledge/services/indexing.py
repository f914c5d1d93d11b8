"""What search finds: the published words of an article, in the indexes of words and of sounds."""

from collections.abc import Iterable
from uuid import UUID

from huiyin.knowledge.indexes import ARTICLES, NEAR, indexed, near
from huiyin.knowledge.models import Revision, Variant


def put(variants: Iterable[Variant]) -> None:
    """Let search find the published words of these variants, and no older ones."""
    shown = [(variant.id, variant.published) for variant in variants if variant.published]
    ARTICLES.put_many((key, _words(revision)) for key, revision in shown)
    NEAR.put_many(
        (key, {"text": near([indexed(revision.title), *map(indexed, revision.questions)])})
        for key, revision in shown
    )


def remove(variants: Iterable[UUID]) -> None:
    """Let search forget these variants."""
    keys = list(variants)
    ARTICLES.remove(*keys)
    NEAR.remove(*keys)


def _words(revision: Revision) -> dict[str, str]:
    texts = {"title": revision.title, "questions": "\n".join(revision.questions), "body": revision.plain}
    return {field: indexed(text) for field, text in texts.items()}
