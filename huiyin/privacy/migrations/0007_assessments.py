"""Impact assessments, and the recipients that rest on them."""

import django.db.models.deletion
import huiyin.core.clock
import huiyin.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0006_hold_ended_by'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=120)),
                ('occasion', models.CharField(choices=[('sensitive', 'Sensitive information'), ('automated', 'Automated decisions'), ('entrusted', 'Given to a processor or another company'), ('published', 'Made public'), ('abroad', 'Transfer abroad'), ('other', 'Other processing with a great effect on people')], max_length=12)),
                ('purpose', models.TextField()),
                ('necessity', models.TextField()),
                ('effects', models.TextField()),
                ('safeguards', models.TextField()),
                ('risk', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], max_length=6)),
                ('conclusion', models.CharField(choices=[('go', 'May be done'), ('guarded', 'May be done with these safeguards'), ('no', 'May not be done')], max_length=8)),
                ('made_at', models.DateTimeField(default=huiyin.core.clock.now)),
                ('review_on', models.DateField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('transfer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='privacy.transfer')),
            ],
            options={
                'indexes': [models.Index(fields=['-made_at', '-id'], name='assessment_newest')],
            },
        ),
    ]
