"""A second look before publishing, shelves inside shelves, and either language leading the other."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def lead_by_chinese(apps, schema_editor):
    """Until now Chinese was the original: each of its revisions after the first one led."""
    chinese = apps.get_model("knowledge", "Revision").objects.filter(variant__lang="zh", number__gt=1)
    chinese.update(led_at=F("number"))


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0004_leaner_indexes")]

    operations = [
        migrations.AddField(
            "category",
            "parent",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="knowledge.category",
            ),
        ),
        migrations.AddField(
            "article", "origin", models.CharField(blank=True, db_default="", default="", max_length=60)
        ),
        migrations.AddField("revision", "led_at", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddConstraint(
            "article",
            models.UniqueConstraint(
                condition=~models.Q(origin=""), fields=["origin"], name="article_origin_once"
            ),
        ),
        migrations.RunPython(lead_by_chinese, migrations.RunPython.noop),
    ]
