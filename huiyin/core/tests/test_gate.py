"""The writer gate: one writer at a time, in order, and never left shut."""

import multiprocessing
import sqlite3
import threading
import time

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from config.database import from_url
from huiyin.core.db.sqlite import base
from huiyin.core.db.sqlite.gate import FairLock, FileLock, GateTimeout, WriterGate


@pytest.fixture
def connect(tmp_path, django_db_blocker):
    settings = {**from_url("", tmp_path), "TIME_ZONE": None}
    settings["OPTIONS"] = {**settings["OPTIONS"], "timeout": 0.3}
    opened = []

    def one():
        connection = ConnectionHandler({"default": settings})["default"]
        opened.append(connection)
        return connection

    with django_db_blocker.unblock():  # a file of its own, not the test database
        yield one
    for connection in opened:
        connection.close()


def begin(connection):
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def is_free(connection):
    try:
        connection.gate.acquire(0.01)
    except GateTimeout:
        return False
    connection.gate.release()
    return True


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_write_when_ended_in_any_way_then_the_gate_is_free(connect, end):
    connection = connect()
    begin(connection)
    assert not is_free(connection)
    getattr(connection, end)()
    assert is_free(connection)


def test_begin_when_another_writes_then_times_out_as_sqlite_would(connect):
    first, second = connect(), connect()
    second.ensure_connection()
    begin(first)
    with pytest.raises(OperationalError, match="database is locked"):
        begin(second)
    first.rollback()
    begin(second)
    second.rollback()
    assert is_free(first)


def test_begin_when_it_fails_then_the_gate_is_free(connect):
    connection = connect()
    begin(connection)
    with pytest.raises(OperationalError):
        connection._start_transaction_under_autocommit()  # a transaction within a transaction
    connection.rollback()
    assert is_free(connection)


def test_write_when_outside_a_transaction_then_waits_for_its_turn(connect):
    writer, other = connect(), connect()
    with writer.cursor() as cursor:
        cursor.execute("CREATE TABLE t (n integer)")
    begin(writer)
    with other.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM t").fetchone() == (0,)
        with pytest.raises(OperationalError):
            cursor.execute("INSERT INTO t VALUES (1)")
    writer.commit()
    with other.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")
    assert is_free(writer)


def test_connect_when_the_library_is_old_then_refuses(connect, monkeypatch):
    monkeypatch.setattr(base, "library_version", lambda: (3, 40, 1))
    with pytest.raises(ImproperlyConfigured, match=r"SQLite 3\.40\.1 .* 3\.51\.3"):
        connect().ensure_connection()


def test_fair_lock_when_several_wait_then_in_order_of_arrival():
    lock, order = FairLock(), []
    assert lock.acquire(1)

    def wait(number):
        lock.acquire(5)
        order.append(number)
        lock.release()

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_fair_lock_when_one_gave_up_then_the_next_gets_it():
    lock = FairLock()
    lock.acquire(1)
    assert lock.acquire(0.01) is False
    lock.release()
    assert lock.acquire(0.01) is True


def hold(path, ready, seconds):
    FileLock(path).acquire(time.monotonic() + 5)
    ready.set()
    time.sleep(seconds)


def test_file_lock_when_the_holder_is_killed_then_free(tmp_path):
    path, context = str(tmp_path / "db"), multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=hold, args=(path, ready, 60))
    holder.start()
    assert ready.wait(30)
    gate = WriterGate(path)
    with pytest.raises(GateTimeout):
        gate.acquire(0.05)
    holder.kill()
    holder.join()
    gate.acquire(1)
    gate.release()


def test_modern_library_when_django_connects_then_it_is_the_one(connect):
    assert connect().Database.sqlite_version_info == sqlite3.sqlite_version_info >= (3, 51, 3)
