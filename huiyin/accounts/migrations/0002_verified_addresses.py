import huiyin.core.clock
import huiyin.core.fields
import huiyin.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='email_verified_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='joined_from',
            field=huiyin.core.fields.EncryptedJSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='password_set_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='phone',
            field=huiyin.core.fields.EncryptedTextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='user',
            name='phone_index',
            field=huiyin.core.fields.BlindIndexField(blank=True, db_default='', db_index=True, default='', editable=False, max_length=43),
        ),
        migrations.AddField(
            model_name='user',
            name='phone_verified_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='trust_changed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(condition=models.Q(('email_verified_at__isnull', False)), fields=('email_index',), name='user_email_once'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(condition=models.Q(('phone_verified_at__isnull', False)), fields=('phone_index',), name='user_phone_once'),
        ),
    ]
