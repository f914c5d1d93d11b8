"""The first words for every purpose, so that nobody is ever asked without any."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from huiyin.privacy.services import install


def words(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    install(lambda name: apps.get_model("privacy", name))  # type: ignore[attr-defined]


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_consent_append_only")]

    operations = [migrations.RunPython(words, migrations.RunPython.noop)]
