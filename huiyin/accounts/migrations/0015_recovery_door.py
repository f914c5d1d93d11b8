from django.db import migrations, models

DOORS = [
    ("password", "Password"),
    ("email_code", "Code by e-mail"),
    ("phone_code", "Code by text message"),
    ("passkey", "Passkey"),
    ("social", "Account of another service"),
    ("host", "Signed in on the company's own site"),
    ("recovery", "Recovery code"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_minors")]

    operations = [
        migrations.AlterField("session", "door", models.CharField(choices=DOORS, max_length=12)),
        migrations.AlterField("signin", "door", models.CharField(choices=DOORS, max_length=12)),
    ]
