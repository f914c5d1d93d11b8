"""The key store's twins keep the same promises: a SQLite file and a schema on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huiyin.core.keystore.sqlite import SqliteKeys
from huiyin.core.ports.keys import Erasure, KeyStore, Wrapped

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "sqlite":
        found = SqliteKeys(str(tmp_path / "keys.sqlite3"))
    else:
        from huiyin.core.keystore.postgres import PostgresKeys

        found = PostgresKeys(request.getfixturevalue("postgres_url"))
        found._do(lambda link: link.execute("TRUNCATE keys.person_key, keys.destruction, keys.erasure"))
    yield found
    found.close()


def key(subject: str, body: bytes = b"", root: str = "k1") -> Wrapped:
    return Wrapped(subject, body or f"body of {subject}".encode(), root)


def test_read_when_absent_then_nothing(store: KeyStore):
    assert store.read("a") is None


def test_read_all_when_some_are_absent_then_the_known_ones(store: KeyStore):
    store.add([key("a"), key("b"), key("c")])
    store.destroy(["c"])
    found = {each.subject: each.is_destroyed for each in store.read_all(["c", "a", "nobody"])}
    assert found == {"a": False, "c": True}
    assert store.read_all([]) == []


def test_add_when_known_then_the_first_stays(store: KeyStore):
    store.add([key("a", b"first"), key("b")])
    store.add([key("a", b"second"), key("c")])
    assert [store.read(name).body for name in "abc"] == [b"first", b"body of b", b"body of c"]


def test_add_when_many_at_once_then_all_read_the_same(store: KeyStore):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.add([key("a", bytes([n + 1]))]), range(8)))
        seen = {found.body for found in pool.map(lambda _n: store.read("a"), range(16))}
    assert len(seen) == 1


def test_destroy_when_done_then_gone_for_good_and_the_generation_grew(store: KeyStore):
    store.add([key("a"), key("b")])
    before = store.generation()
    store.destroy(["a", "never seen"])
    store.add([key("a", b"again"), key("never seen")])
    assert [store.read(name).is_destroyed for name in ("a", "never seen", "b")] == [True, True, False]
    assert store.generation() > before


def test_purge_when_done_then_the_living_are_read_and_the_destroyed_stay_so(store: KeyStore):
    store.add([Wrapped("a" * 32, b"one", "k1"), Wrapped("b" * 32, b"two", "k1")])
    store.destroy(["b" * 32])
    store.purge()
    assert store.read("a" * 32) == Wrapped("a" * 32, b"one", "k1")
    assert store.read("b" * 32) == Wrapped("b" * 32, b"", "")


def test_rewrap_when_key_changed_meanwhile_then_left_alone(store: KeyStore):
    store.add([key("a"), key("b"), key("c", root="k2")])
    store.destroy(["b"])
    old = store.under_other_root("k2", 10)
    assert [each.subject for each in old] == ["a"]
    store.rewrap([(old[0], key("a", b"new", "k2")), (key("c", b"not that"), key("c", b"new", "k3"))])
    assert store.read("a") == key("a", b"new", "k2")
    assert store.read("c") == key("c", root="k2")
    assert store.counts() == {"k2": 2}


def test_under_other_root_when_many_then_at_most_the_limit(store: KeyStore):
    store.add([key(f"s{n}") for n in range(5)])
    assert len(store.under_other_root("k2", 3)) == 3


def test_ledger_when_entered_twice_then_one_line_in_order(store: KeyStore):
    lines = [Erasure("2", "c2", "", AT), Erasure("1", "c1", "u1", AT)]
    for line in [*lines, Erasure("2", "other", "", AT)]:
        store.enter(line)
    assert store.erasures() == lines


def test_destroy_when_in_a_file_then_no_byte_of_the_key_is_left(tmp_path: Path):
    store = SqliteKeys(str(tmp_path / "keys.sqlite3"))
    store.add([key(f"s{n}", f"<<wrapped {n:03}>>".encode() * 3) for n in range(200)])
    store.destroy([f"s{n}" for n in range(0, 200, 2)])
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"<<wrapped 001>>" in left
    assert [n for n in range(0, 200, 2) if f"<<wrapped {n:03}>>".encode() in left] == []
    assert (tmp_path / "keys.sqlite3").stat().st_mode & 0o077 == 0
    store.close()
