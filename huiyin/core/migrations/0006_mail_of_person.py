from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0005_audit_append_only")]

    operations = [
        migrations.AddField("outgoingmail", "person", models.UUIDField(blank=True, db_index=True, null=True)),
        migrations.AddField("outgoingsms", "person", models.UUIDField(blank=True, db_index=True, null=True)),
    ]
