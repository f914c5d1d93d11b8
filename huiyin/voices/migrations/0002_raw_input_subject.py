from django.db import migrations, models

import huiyin.core.ids


class Migration(migrations.Migration):
    dependencies = [("voices", "0001_initial")]

    operations = [
        # Without a default in the database: rows of the version before have no key of their own.
        migrations.AddField("rawinput", "subject", models.UUIDField(null=True)),
        migrations.AlterField(
            "rawinput", "subject", models.UUIDField(null=True, default=huiyin.core.ids.uuid7)
        ),
    ]
