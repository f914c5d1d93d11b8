"""Consents are append-only: the database itself refuses to change or remove what was agreed to.

The sealed address is left out: key rotation may seal it anew, and an erasure takes it away.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CONTENT = "id, contact_id, purpose, is_given, text_version, text_digest, channel, by_kind, by_id, at"

SQLITE = [
    f"""CREATE TRIGGER consent_unchanged BEFORE UPDATE OF {CONTENT} ON privacy_consent
        BEGIN SELECT RAISE(ABORT, 'consents are append-only'); END""",
]
POSTGRES = [
    """CREATE FUNCTION consent_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'consents are append-only'; END $$""",
    f"""CREATE TRIGGER consent_unchanged BEFORE UPDATE OF {CONTENT} ON privacy_consent
        FOR EACH ROW EXECUTE FUNCTION consent_refuse()""",
    """CREATE TRIGGER consent_undeleted BEFORE DELETE ON privacy_consent
        FOR EACH ROW EXECUTE FUNCTION consent_refuse()""",
]
UNDO_SQLITE = ["DROP TRIGGER consent_unchanged"]
UNDO_POSTGRES = [
    "DROP TRIGGER consent_unchanged ON privacy_consent",
    "DROP TRIGGER consent_undeleted ON privacy_consent",
    "DROP FUNCTION consent_refuse()",
]


def guard(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRES if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def release(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNDO_POSTGRES if editor.connection.vendor == "postgresql" else UNDO_SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]

    operations = [migrations.RunPython(guard, release)]
