"""Traditional characters are kept in the indexes as simplified ones: put the words that hold some once more."""

from django.db import migrations

from huiyin.knowledge.indexes import ARTICLES, NEAR, indexed, near


def put_again(apps, schema_editor):
    """Only what changes by it; the rest of the index stays as it is."""
    published = apps.get_model("knowledge", "Variant").objects.filter(
        published__isnull=False, article__status="published"
    )
    for variant in published.select_related("published").iterator(chunk_size=200):
        words = variant.published
        phrasings = [words.title, *words.questions]
        texts = {"title": words.title, "questions": "\n".join(words.questions), "body": words.plain}
        if all(indexed(text) == text for text in texts.values()):
            continue
        ARTICLES.put(variant.id, {field: indexed(text) for field, text in texts.items()})
        NEAR.put(variant.id, {"text": near(map(indexed, phrasings))})


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0007_phrasing")]

    operations = [migrations.RunPython(put_again, migrations.RunPython.noop)]
