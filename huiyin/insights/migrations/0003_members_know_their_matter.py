"""Voices of the last weeks are counted by their category and product too, so that what is usual is known at once."""

from datetime import timedelta

from django.db import migrations

from huiyin.core import clock

BATCH = 500
COUNTED = timedelta(days=29)  # what alarms look back on


def name_matters(apps, schema_editor):
    Member = apps.get_model("insights", "Member")
    recent = Member.objects.filter(at__gte=clock.now() - COUNTED).order_by("id")
    keys = list(recent.values_list("id", flat=True))
    for start in range(0, len(keys), BATCH):
        rows = list(Member.objects.filter(id__in=keys[start : start + BATCH]).select_related("voice"))
        for row in rows:
            row.category = ((row.voice.understanding.get("category") or {}).get("label") or "")[:80]
            row.product_id = row.voice.product_id
        Member.objects.bulk_update(rows, ["category", "product"])


class Migration(migrations.Migration):
    dependencies = [("insights", "0002_swells_of_products_and_categories")]

    operations = [migrations.RunPython(name_matters, migrations.RunPython.noop)]
