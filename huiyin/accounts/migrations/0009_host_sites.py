import django.db.models.deletion
import huiyin.core.clock
import huiyin.core.fields
import huiyin.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_contact_merges"),
    ]

    # The table of keys was never written to; keys now belong to a site.
    operations = [
        migrations.DeleteModel(name="HostKey"),
        migrations.CreateModel(
            name="HostSite",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("issuer", models.CharField(max_length=200, unique=True)),
                ("namespace", models.SlugField(blank=True, default="", max_length=60)),
                ("origins", models.JSONField(default=list)),
                ("is_trusted", models.BooleanField(default=False)),
                ("demands_token", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField(default=huiyin.core.clock.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("namespace", ""), _negated=True),
                        fields=("namespace",),
                        name="site_namespace_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HostKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kid", models.CharField(max_length=40, unique=True)),
                (
                    "algorithm",
                    models.CharField(
                        choices=[
                            ("HS256", "Shared secret (HS256)"),
                            ("RS256", "RSA public key (RS256)"),
                            ("ES256", "Elliptic curve public key (ES256)"),
                        ],
                        max_length=5,
                    ),
                ),
                ("secret", huiyin.core.fields.EncryptedTextField()),
                ("made_at", models.DateTimeField(default=huiyin.core.clock.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="accounts.hostsite",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
