import django.db.models.deletion
import huiyin.core.clock
import huiyin.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_host_sites'),
    ]

    operations = [
        migrations.CreateModel(
            name='UsedGrant',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('client', models.CharField(max_length=100)),
                ('used_at', models.DateTimeField(db_index=True, default=huiyin.core.clock.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
