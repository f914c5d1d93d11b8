"""The audit table is append-only: a row changes once, when it is sealed, and goes only with its closed month."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CONTENT = (
    *("row", "id", "at", "actor_kind", "actor_id", "behind_id", "action", "object_kind", "object_id"),
    *("result", "address", "request", "detail", "key_id", "mac"),
)
OLD, NEW = (", ".join(f"{row}.{name}" for name in CONTENT) for row in ("OLD", "NEW"))

SQLITE = [
    f"""CREATE TRIGGER audit_unchanged BEFORE UPDATE ON core_auditentry
        WHEN OLD.seal <> '' OR ({OLD}) <> ({NEW})
        BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END""",
]
UNDO_SQLITE = ["DROP TRIGGER audit_unchanged"]
POSTGRES = [
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit chain is append-only'; END $$""",
    f"""CREATE TRIGGER audit_unchanged BEFORE UPDATE ON core_auditentry FOR EACH ROW
        WHEN (OLD.seal <> '' OR ({OLD}) IS DISTINCT FROM ({NEW})) EXECUTE FUNCTION audit_refuse()""",
    """CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT 1 FROM core_auditsegment
                   WHERE removed_at <> '' AND OLD.seq BETWEEN first_seq AND last_seq) THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'the audit chain is append-only'; END $$""",
    """CREATE TRIGGER audit_undeleted BEFORE DELETE ON core_auditentry
        FOR EACH ROW EXECUTE FUNCTION audit_keep()""",
]
UNDO_POSTGRES = [
    "DROP TRIGGER audit_unchanged ON core_auditentry",
    "DROP TRIGGER audit_undeleted ON core_auditentry",
    "DROP FUNCTION audit_refuse()",
    "DROP FUNCTION audit_keep()",
]


def guard(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRES if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def release(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNDO_POSTGRES if editor.connection.vendor == "postgresql" else UNDO_SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_audit_chain")]

    operations = [migrations.RunPython(guard, release)]
