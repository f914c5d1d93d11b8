from django.db import migrations, models


def drop_copies(apps, schema_editor):
    """What articles bring along is kept by the help centre; the copies here are of no use any more."""
    apps.get_model("assistant", "Phrasing").objects.exclude(kind="learnt").delete()


class Migration(migrations.Migration):
    dependencies = [("assistant", "0005_offer_less"), ("knowledge", "0010_phrasing_words")]

    operations = [
        migrations.AddField(
            model_name="phrasing",
            name="fine_model",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AlterField(
            model_name="phrasing",
            name="kind",
            field=models.CharField(choices=[("learnt", "Learnt from a user")], max_length=10),
        ),
        migrations.RemoveIndex(model_name="phrasing", name="assistant_phrasing_newest"),
        migrations.RunPython(drop_copies, migrations.RunPython.noop),
    ]
