import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import huiyin.core.clock
import huiyin.core.ids


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_product_aliases'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='accounts.contact'),
        ),
        migrations.CreateModel(
            name='ContactMerge',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('members', models.JSONField(blank=True, default=list)),
                ('by_kind', models.CharField(max_length=8)),
                ('by_id', models.CharField(blank=True, default='', max_length=64)),
                ('at', models.DateTimeField(default=huiyin.core.clock.now)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('gone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.contact')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.contact')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('gone',), name='contact_merged_once')],
            },
        ),
    ]
