import django.db.models.deletion
from django.db import migrations, models

import huiyin.core.ids


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0002_search'),
    ]

    operations = [
        migrations.AlterField(
            model_name='article',
            name='visibility',
            field=models.CharField(choices=[('public', 'Everybody'), ('staff', 'Staff only'), ('segment', 'Some users')], default='public', max_length=10),
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('tier', 'Tier'), ('product', 'Product'), ('line', 'Business line')], max_length=10)),
                ('value', models.CharField(max_length=60)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='segments', to='knowledge.article')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'value'], name='article_segment')],
                'constraints': [models.UniqueConstraint(fields=('article', 'kind', 'value'), name='article_segment_once')],
            },
        ),
    ]
