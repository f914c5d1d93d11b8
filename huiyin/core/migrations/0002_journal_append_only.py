"""The journal is append-only: the database itself refuses to change what was written."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CONTENT = "seq, id, name, subject_kind, subject, actor_kind, actor_id, data, at"

SQLITE = [
    f"""CREATE TRIGGER journal_unchanged BEFORE UPDATE OF {CONTENT} ON core_journalentry
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
]
POSTGRES = [
    """CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    f"""CREATE TRIGGER journal_unchanged BEFORE UPDATE OF {CONTENT} ON core_journalentry
        FOR EACH ROW EXECUTE FUNCTION journal_refuse()""",
    """CREATE TRIGGER journal_undeleted BEFORE DELETE ON core_journalentry
        FOR EACH ROW EXECUTE FUNCTION journal_refuse()""",
]
UNDO_POSTGRES = [
    "DROP TRIGGER journal_unchanged ON core_journalentry",
    "DROP TRIGGER journal_undeleted ON core_journalentry",
    "DROP FUNCTION journal_refuse()",
]


def guard(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRES if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def release(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = ["DROP TRIGGER journal_unchanged"]
    for statement in UNDO_POSTGRES if editor.connection.vendor == "postgresql" else sqlite:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunPython(guard, release)]
