"""Waking what waits: after a commit the dispatcher, the workers and the live pages are told to look again.

A wake-up only saves waiting time. Who misses one finds the work by polling, so nothing here may ever raise.
"""

import threading
from collections.abc import Callable
from typing import Any

_journal_watchers: list[Callable[[list[tuple[int, Any]]], None]] = []
_bells: dict[str, threading.Event] = {}
DISPATCHER = "dispatcher"
WORKER = "worker"


def bell(name: str) -> threading.Event:
    """The event on which one kind of loop in this process sleeps."""
    return _bells.setdefault(name, threading.Event())


def ring(name: str) -> None:
    bell(name).set()


def watch_journal(watcher: Callable[[list[tuple[int, Any]]], None]) -> None:
    """Call `watcher` with (seq, event) pairs after each commit that published some."""
    if watcher not in _journal_watchers:
        _journal_watchers.append(watcher)


def journal(facts: list[tuple[int, Any]]) -> None:
    """New rows are committed."""
    ring(DISPATCHER)
    for watcher in _journal_watchers:
        watcher(facts)
