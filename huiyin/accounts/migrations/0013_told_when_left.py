import django.db.models.deletion
import huiyin.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_apps_of_others'),
    ]

    operations = [
        migrations.AddField(
            model_name='registeredapp',
            name='logout_uri',
            field=models.CharField(blank=True, db_default='', default='', max_length=400),
        ),
        migrations.CreateModel(
            name='AppSession',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='accounts.connection')),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'connection'), name='one_app_session_a_browser')],
            },
        ),
    ]
