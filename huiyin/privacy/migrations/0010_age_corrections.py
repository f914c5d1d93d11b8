"""That an age had been told by mistake, and how staff know. The new state of a request is not in the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import huiyin.core.clock
import huiyin.core.fields
import huiyin.core.ids


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0015_recovery_door'),
        ('privacy', '0009_added_purposes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='guardianship',
            name='status',
            field=models.CharField(choices=[('asked', 'Waiting for an answer'), ('given', 'Agreed'), ('refused', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Not answered in time'), ('called_off', 'Called off')], default='asked', max_length=10),
        ),
        migrations.CreateModel(
            name='AgeCorrection',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', huiyin.core.fields.EncryptedTextField()),
                ('at', models.DateTimeField(default=huiyin.core.clock.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.contact')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
