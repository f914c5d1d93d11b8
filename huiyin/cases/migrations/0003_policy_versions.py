import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import huiyin.core.ids


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('rules', models.JSONField(default=list)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.calendar')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='cases.slapolicy')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('policy', 'version'), name='policy_version_once')],
            },
        ),
    ]
