"""Who answers for somebody under 14, and the words that guardians agree to.

Purposes lose their closed list, which is not in the database: no table is made anew, and no trigger lost.
"""

import django.db.models.deletion
import huiyin.core.clock
import huiyin.core.fields
import huiyin.core.ids
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from huiyin.privacy.services import install


def words(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    install(lambda name: apps.get_model("privacy", name))  # type: ignore[attr-defined]


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_minors'),
        ('privacy', '0007_assessments'),
    ]

    operations = [
        migrations.AlterField(
            model_name='consent',
            name='purpose',
            field=models.CharField(max_length=20),
        ),
        migrations.AlterField(
            model_name='consenttext',
            name='purpose',
            field=models.CharField(max_length=20),
        ),
        migrations.CreateModel(
            name='Guardianship',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('asked', 'Waiting for an answer'), ('given', 'Agreed'), ('refused', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Not answered in time')], default='asked', max_length=10)),
                ('way', models.CharField(choices=[('email', 'E-mail'), ('phone', 'Phone')], max_length=10)),
                ('address', huiyin.core.fields.EncryptedTextField()),
                ('index', huiyin.core.fields.BlindIndexField(editable=False, max_length=43)),
                ('asked_at', models.DateTimeField(default=huiyin.core.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.contact')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'asked')), fields=['expires_at'], name='guardianship_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status__in', ['asked', 'given'])), fields=('contact',), name='guardianship_once_at_a_time')],
            },
        ),
        migrations.RunPython(words, migrations.RunPython.noop),
    ]
