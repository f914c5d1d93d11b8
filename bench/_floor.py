"""The floor: the statements of a minimal create and of a list of 50, by hand, on the house's own tables.

A create looks the contact up by its identity, then inserts voice (with its raw input), conversation, message,
case, clocks and journal entries in one transaction, copied from a case that the house took in itself. No HTTP,
no validation, no encryption, no search row, no idempotency key.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from huiyin.core.ids import uuid7

LIST = """
SELECT c.number, c.id, c.subject, c.preview, c.status, c.priority, c.kind, c.channel, c.category, c.sentiment,
       c.owner_id, c.team_id, c.product_id, c.contact_id, p.name, p.tier, c.next_due_at, c.next_due_kind,
       c.is_breached, c.reopened_count, c.last_speaker, c.opened_at, c.last_activity_at, c.version
FROM cases_case c JOIN accounts_contact p ON p.id = c.contact_id
ORDER BY c.last_activity_at DESC, c.number DESC LIMIT 51
"""
KNOWN = """
SELECT i.id, i.contact_id, p.name, p.tier FROM accounts_identity i
JOIN accounts_contact p ON p.id = i.contact_id WHERE i.kind = 'external_id' AND i.{index} = {mark} LIMIT 1
"""
SAMPLE = {
    "voices_rawinput": "id = (SELECT raw_id FROM voices_voice WHERE id = {voice})",
    "voices_voice": "id = {voice}",
    "conversations_conversation": "id = {conversation}",
    "conversations_message": "voice_id = {voice}",
    "cases_case": "number = {number}",
    "cases_clock": "case_id = {number}",
    "core_journalentry": "subject IN ('{number}', '{subjects}')",
}
NUMBERED = {"cases_case": "number", "core_journalentry": "seq"}


class Floor:
    """A raw connection and what it repeats. `mark` is the driver's placeholder."""

    def __init__(self, link: Any, mark: str, *, cast: str = "") -> None:
        self.link, self.mark = link, mark
        self._cast = cast
        self._rows = self._sampled()
        self._index = self._rows_of(
            "SELECT \"index\" FROM accounts_identity WHERE kind = 'external_id' LIMIT 1"
        )[0][0]
        self._known = KNOWN.format(index='"index"', mark=mark)
        self._steps = [self._step(table, rows) for table, rows in self._rows.items()]

    def newest(self) -> int:
        return len(self._rows_of(LIST))

    def create(self) -> None:
        cursor = self.link.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.mark == "?" else "BEGIN")
        cursor.execute(self._known, (self._index,))
        cursor.fetchone()
        fresh: dict[Any, Any] = {}
        for step in self._steps:
            step(cursor, fresh)
        cursor.execute("COMMIT")

    def _step(self, table: str, rows: list[dict[str, Any]]) -> Callable[[Any, dict[Any, Any]], None]:
        """One INSERT of all its rows with new ids; the case's number is taken from what the database gives."""
        names = [name for name in rows[0] if name != NUMBERED.get(table)]
        row_marks = f"({', '.join([self.mark] * len(names))})"
        columns = ", ".join(f'"{name}"' for name in names)
        sql = f"INSERT INTO {table} ({columns}) VALUES {', '.join([row_marks] * len(rows))}"
        numbered = table == "cases_case"
        sql += " RETURNING number" if numbered else ""
        olds = [row["id"] for row in rows]
        values = [row[name] for row in rows for name in names]
        form = self._id
        unique = {"request_key", "external_id", "nonce"}
        values = [
            None if names[place % len(names)] in unique else value for place, value in enumerate(values)
        ]

        def run(cursor: Any, fresh: dict[Any, Any]) -> None:
            for old in olds:
                fresh[old] = form(uuid7())
            cursor.execute(sql, [fresh.get(value, value) for value in values])
            if numbered:
                fresh[rows[0]["number"]] = cursor.fetchone()[0]

        return run

    def _id(self, value: UUID) -> str:
        return value.hex if self.mark == "?" else str(value)

    def _sampled(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of the last case that came in over the API."""
        case = "SELECT max(number) FROM cases_case WHERE number IN (SELECT case_id FROM cases_clock)"
        number = self._rows_of(case)[0][0]
        ids = self._rows_of(
            f"SELECT m.voice_id, m.conversation_id FROM conversations_message m JOIN cases_case c"
            f" ON c.conversation_id = m.conversation_id WHERE c.number = {number}"
        )[0]
        voice, conversation = str(UUID(str(ids[0]))), str(UUID(str(ids[1])))
        place = {
            "voice": self._quoted(voice),
            "conversation": self._quoted(conversation),
            "number": number,
            "subjects": f"{voice}', '{conversation}",
        }
        return {table: self._dicts(table, where.format(**place)) for table, where in SAMPLE.items()}

    def _quoted(self, text: str) -> str:
        return f"'{self._id(UUID(text))}'"

    def _dicts(self, table: str, where: str) -> list[dict[str, Any]]:
        cursor = self.link.cursor()
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        names = [column[0] for column in cursor.description]
        listed = ", ".join(f'"{name}"{self._text(name)}' for name in names)
        return [
            dict(zip(names, row, strict=True))
            for row in self._rows_of(f"SELECT {listed} FROM {table} WHERE {where}")
        ]

    def _text(self, name: str) -> str:
        """PostgreSQL: everything but numbers and bytes goes over the wire as text, as a bare driver would send it."""
        return self._cast if self._cast and name not in {"number", "case_id", "vector"} else ""

    def _rows_of(self, sql: str) -> Sequence[tuple[Any, ...]]:
        rows: Sequence[tuple[Any, ...]] = self.link.cursor().execute(sql).fetchall()
        return rows
