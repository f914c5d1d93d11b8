"""The migration operation that makes an index's tables on whichever database is at hand."""

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations.base import Operation

from huiyin.core.search import postgres, sqlite

if TYPE_CHECKING:
    from huiyin.core.ports.search import Index

SCHEMAS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgres}


class CreateIndex(Operation):
    """Make the tables of a search index; backwards, drop them. The app that has the objects puts the rows."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, index: "Index") -> None:
        self.index = index

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing: the tables are no models."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in SCHEMAS[schema_editor.connection.vendor].create(self.index):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in SCHEMAS[schema_editor.connection.vendor].drop(self.index):
            schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Create search index {self.index.name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"search_{self.index.name}"
