from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_staff_administration")]

    operations = [
        migrations.AddField("contact", "choices", models.JSONField(blank=True, db_default={}, default=dict)),
        migrations.AddField("contact", "erased_at", models.DateTimeField(blank=True, null=True)),
    ]
