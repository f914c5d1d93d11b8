"""So many cases in a fresh house, made by SQL from one real case: `python -m bench._fill CASES`.

Every 50th case is open, the rest are confirmed; 2,000 contacts; activity a minute apart; a conversation each.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from huiyin.accounts.models import Contact  # noqa: E402
from huiyin.accounts.services.contacts import Person  # noqa: E402
from huiyin.cases import services  # noqa: E402
from huiyin.cases.models import Case  # noqa: E402
from huiyin.conversations.models import Conversation  # noqa: E402
from huiyin.core.actors import SYSTEM  # noqa: E402
from huiyin.voices.services import Spoken  # noqa: E402

CONTACTS = 2_000
FIRST = 1_000
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {cases}) "
DIALECTS = {
    "sqlite": {
        "uuid": "printf('%%032x', n)",
        "at": "datetime('2026-01-01', '+' || n || ' minutes') || '.000000'",
        "due": "datetime('now', '+' || (n %% 2000 - 500) || ' minutes') || '.000000'",
    },
    "postgresql": {
        "uuid": "lpad(to_hex(n), 32, '0')::uuid",
        "at": "timestamptz '2026-01-01 00:00+00' + n * interval '1 minute'",
        "due": "now() + (n %% 2000 - 500) * interval '1 minute'",
    },
}


@transaction.atomic
def fill(cases: int) -> None:
    template = services.hear(_spoken(), by=SYSTEM).case
    contacts = Contact.objects.bulk_create(Contact(name=f"用户{n}") for n in range(CONTACTS))
    _number(contacts)
    words = DIALECTS[connection.vendor]
    is_open = "n %% 50 = 0"
    common = {"contact_id": f"(SELECT id FROM bench_contact WHERE place = n %% {CONTACTS})"}
    _copy(
        Conversation,
        cases,
        template.conversation_id,
        {**common, "id": words["uuid"], "started_at": words["at"]},
    )
    chosen = {
        **common,
        "number": f"n + {FIRST}",
        "id": words["uuid"],
        "conversation_id": words["uuid"],
        "status": f"CASE WHEN {is_open} THEN 'open' ELSE 'confirmed' END",
        "next_due_at": f"CASE WHEN {is_open} THEN {words['due']} END",
        "opened_at": words["at"],
        "last_activity_at": words["at"],
        "ended_at": f"CASE WHEN {is_open} THEN NULL ELSE {words['at']} END",
    }
    _copy(Case, cases, template.pk, chosen)


def _spoken() -> Spoken:
    return Spoken(
        source="api", text="付款成功但是会员没有到账，请尽快处理", person=Person.of(external_id="bench")
    )


def _number(contacts: list[Contact]) -> None:
    kind = "uuid" if connection.vendor == "postgresql" else "char(32)"
    rows = [
        (n, str(each.id) if connection.vendor == "postgresql" else each.id.hex)
        for n, each in enumerate(contacts)
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE bench_contact (place integer PRIMARY KEY, id {kind})")
        cursor.executemany("INSERT INTO bench_contact VALUES (%s, %s)", rows)


def _copy(model: type, cases: int, template: object, chosen: dict[str, str]) -> None:
    """INSERT .. SELECT: the template's columns, but for the chosen ones."""
    meta = model._meta  # type: ignore[attr-defined]
    columns = [field.column for field in meta.local_fields]
    values = ", ".join(chosen.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    source = f'{meta.db_table} AS t, numbers WHERE t."{meta.pk.column}" = %s'
    insert = f"INSERT INTO {meta.db_table} ({names}) "
    select = f"SELECT {values} FROM {source}"
    key = meta.pk.get_db_prep_value(template, connection)
    ahead = NUMBERS.format(cases=cases)
    with connection.cursor() as cursor:
        cursor.execute(
            ahead + insert + select if connection.vendor == "sqlite" else insert + ahead + select, [key]
        )


def tidy() -> None:
    """Statistics for the planner, and numbers that go on after ours."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('cases_case', 'number'), (SELECT max(number) FROM cases_case))"
            )


if __name__ == "__main__":
    fill(int(sys.argv[1]))
    tidy()
