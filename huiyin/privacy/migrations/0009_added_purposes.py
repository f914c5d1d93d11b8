import django.db.models.deletion
import huiyin.core.clock
import huiyin.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0008_guardians"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AddedPurpose",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=20, unique=True)),
                ("label_zh", models.CharField(max_length=60)),
                ("label_en", models.CharField(max_length=60)),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("in_force", "In force"), ("retired", "Retired")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("added_at", models.DateTimeField(default=huiyin.core.clock.now)),
                ("in_force_at", models.DateTimeField(blank=True, null=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
