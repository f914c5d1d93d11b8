
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assistant', '0003_flows'),
    ]

    operations = [
        migrations.AddField(
            model_name='phrasing',
            name='fine_vector',
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='phrasing',
            name='turn',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assistant.turn'),
        ),
        migrations.AddField(
            model_name='turn',
            name='signs',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AlterField(
            model_name='phrasing',
            name='kind',
            field=models.CharField(choices=[('title', 'Title'), ('question', 'Question'), ('learnt', 'Learnt from a user')], max_length=10),
        ),
        migrations.AlterField(
            model_name='phrasing',
            name='model',
            field=models.CharField(blank=True, default='', max_length=240),
        ),
        migrations.AlterField(
            model_name='tuning',
            name='answer_at',
            field=models.FloatField(default=0.5),
        ),
        migrations.AlterField(
            model_name='tuning',
            name='offer_at',
            field=models.FloatField(default=0.08),
        ),
        migrations.AlterField(
            model_name='turn',
            name='act',
            field=models.CharField(choices=[('ask', 'Asked'), ('pick', 'Chose an answer'), ('answer', 'Answered'), ('offer', 'Offered several answers'), ('clarify', 'Asked back'), ('miss', 'Did not know'), ('handoff', 'Handed over'), ('flow', 'Step of a guided flow')], max_length=10),
        ),
    ]
