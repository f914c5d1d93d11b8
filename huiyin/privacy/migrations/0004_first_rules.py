"""How long each class of data is kept, until somebody says otherwise."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from huiyin.privacy.services import retention


def rules(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    retention.install(lambda name: apps.get_model("privacy", name))  # type: ignore[attr-defined]


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_first_texts")]

    operations = [migrations.RunPython(rules, migrations.RunPython.noop)]
