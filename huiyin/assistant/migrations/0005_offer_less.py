
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assistant', '0004_learnt_phrasings'),
    ]

    operations = [
        migrations.AlterField(
            model_name='tuning',
            name='offer_at',
            field=models.FloatField(default=0.12),
        ),
    ]
