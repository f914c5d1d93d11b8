from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_contact_choices'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='second_step',
            field=models.CharField(blank=True, db_default='', default='', max_length=10),
        ),
    ]
