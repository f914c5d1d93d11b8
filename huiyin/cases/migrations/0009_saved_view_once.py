"""One saved filter of a name for each person; of several, the one that was kept last stays."""

from django.conf import settings
from django.db import migrations, models


def keep_the_last(apps, schema_editor):
    views = apps.get_model("cases", "SavedView").objects.using(schema_editor.connection.alias)
    kept = {}
    for key, user, name in views.order_by("id").values_list("id", "user_id", "name"):
        if (user, name) in kept:
            views.filter(id=kept[user, name]).delete()
        kept[user, name] = key


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_leaner_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(keep_the_last, migrations.RunPython.noop),
        migrations.AddConstraint(
            "savedview", models.UniqueConstraint(fields=["user", "name"], name="saved_view_name")
        ),
        migrations.AlterField(
            "savedview",
            "user",
            models.ForeignKey(
                db_index=False,
                on_delete=models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
