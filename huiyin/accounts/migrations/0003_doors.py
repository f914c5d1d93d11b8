import django.db.models.deletion
import huiyin.core.clock
import huiyin.core.fields
import huiyin.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_verified_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='HostKey',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('kid', models.CharField(max_length=40, unique=True)),
                ('issuer', models.CharField(max_length=200)),
                ('audience', models.CharField(max_length=200)),
                ('algorithm', models.CharField(choices=[('HS256', 'HS256'), ('RS256', 'RS256')], max_length=5)),
                ('secret', huiyin.core.fields.EncryptedTextField()),
                ('made_at', models.DateTimeField(default=huiyin.core.clock.now)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LinkedAccount',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('provider', models.CharField(max_length=40)),
                ('subject', huiyin.core.fields.EncryptedTextField()),
                ('index', huiyin.core.fields.BlindIndexField(editable=False, max_length=43)),
                ('label', huiyin.core.fields.EncryptedTextField(blank=True, default='')),
                ('details', huiyin.core.fields.EncryptedJSONField(blank=True, null=True)),
                ('linked_at', models.DateTimeField(default=huiyin.core.clock.now)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='OneTimeCode',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(choices=[('enter', 'Sign in or sign up'), ('second', 'Second step of signing in'), ('confirm', 'Confirm that it is you'), ('address', 'Confirm an address'), ('reset', 'Choose a new password')], max_length=10)),
                ('way', models.CharField(choices=[('email', 'E-mail'), ('phone', 'Phone')], max_length=10)),
                ('address', huiyin.core.fields.EncryptedTextField()),
                ('index', huiyin.core.fields.BlindIndexField(db_index=True, editable=False, max_length=43)),
                ('digest', models.CharField(max_length=64)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(default=huiyin.core.clock.now)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RoleRule',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('agent', 'Agent'), ('senior', 'Senior agent'), ('supervisor', 'Supervisor'), ('owner', 'Experience owner'), ('manager', 'Product manager'), ('engineer', 'Engineer'), ('auditor', 'Auditor'), ('admin', 'Administrator')], max_length=20, unique=True)),
                ('needs_second_factor', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField(default=huiyin.core.clock.now)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=40, null=True, unique=True)),
                ('door', models.CharField(choices=[('password', 'Password'), ('email_code', 'Code by e-mail'), ('phone_code', 'Code by text message'), ('passkey', 'Passkey'), ('social', 'Account of another service'), ('host', "Signed in on the company's own site")], max_length=12)),
                ('factor', models.CharField(blank=True, default='', max_length=20)),
                ('device', huiyin.core.fields.EncryptedTextField(blank=True, default='')),
                ('address', huiyin.core.fields.EncryptedTextField(blank=True, default='')),
                ('place', huiyin.core.fields.EncryptedTextField(blank=True, default='')),
                ('began_at', models.DateTimeField(default=huiyin.core.clock.now)),
                ('seen_at', models.DateTimeField(default=huiyin.core.clock.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_why', models.CharField(blank=True, default='', max_length=20)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Setback',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('index', huiyin.core.fields.BlindIndexField(editable=False, max_length=43, unique=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('failed_at', models.DateTimeField(default=huiyin.core.clock.now)),
                ('until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('door', models.CharField(choices=[('password', 'Password'), ('email_code', 'Code by e-mail'), ('phone_code', 'Code by text message'), ('passkey', 'Passkey'), ('social', 'Account of another service'), ('host', "Signed in on the company's own site")], max_length=12)),
                ('result', models.CharField(choices=[('let_in', 'Signed in'), ('wrong', 'Wrong password or code'), ('refused', 'Refused')], max_length=10)),
                ('reason', models.CharField(blank=True, default='', max_length=40)),
                ('device', huiyin.core.fields.EncryptedTextField(blank=True, default='')),
                ('device_index', huiyin.core.fields.BlindIndexField(blank=True, db_index=True, default='', editable=False, max_length=43)),
                ('address', huiyin.core.fields.EncryptedTextField(blank=True, default='')),
                ('place', huiyin.core.fields.EncryptedTextField(blank=True, default='')),
                ('place_index', huiyin.core.fields.BlindIndexField(blank=True, default='', editable=False, max_length=43)),
                ('is_new_device', models.BooleanField(default=False)),
                ('is_new_place', models.BooleanField(default=False)),
                ('at', models.DateTimeField(db_index=True, default=huiyin.core.clock.now)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SpentToken',
            fields=[
                ('id', models.UUIDField(default=huiyin.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('index', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='linkedaccount',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='linked', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='onetimecode',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='session',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signin',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='linkedaccount',
            constraint=models.UniqueConstraint(fields=('provider', 'index'), name='linked_account_once'),
        ),
        migrations.AddConstraint(
            model_name='linkedaccount',
            constraint=models.UniqueConstraint(fields=('user', 'provider'), name='one_account_of_a_provider'),
        ),
    ]
