from django.db import migrations, models


class Migration(migrations.Migration):
    """Phrasings keep their words and the better encoder's vector; the job makes both for rows that have none."""

    dependencies = [("knowledge", "0009_care")]

    operations = [
        migrations.AddField(
            model_name="phrasing",
            name="fine_vector",
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="phrasing",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[("title", "Title"), ("question", "Question"), ("lead", "Title and beginning")],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="phrasing",
            name="text",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="phrasing",
            name="fine_model",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddIndex(
            model_name="phrasing",
            index=models.Index(fields=["fine_model", "kind", "id"], name="article_phrasing_fine"),
        ),
    ]
