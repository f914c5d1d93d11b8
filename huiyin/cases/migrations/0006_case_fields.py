import django.db.models.deletion
import huiyin.core.fields
import huiyin.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="private",
            field=huiyin.core.fields.EncryptedJSONField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="CaseField",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.SlugField(max_length=40)),
                ("name_zh", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "A number"),
                            ("choice", "Choice"),
                            ("date", "Date"),
                            ("boolean", "Yes or no"),
                        ],
                        default="text",
                        max_length=10,
                    ),
                ),
                ("choices", models.JSONField(blank=True, default=list)),
                (
                    "case_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("question", "Question"),
                            ("fault", "Fault"),
                            ("request", "Request"),
                            ("complaint", "Complaint"),
                            ("suggestion", "Suggestion"),
                            ("privacy", "Privacy request"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("is_required", models.BooleanField(default=False)),
                ("is_personal", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.product",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)), fields=("key",), name="case_field_once"
                    )
                ],
            },
        ),
    ]
