"""A worker: one feeder that claims and settles in batches, a few threads that run, one that keeps the leases.

`kill -9` at any point loses nothing: what was claimed comes back when its lease ends. SIGTERM, through
`stop`, gives back what has not begun and waits for what has.
"""

import ctypes
import os
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError, close_old_connections, connection

from huiyin.core import wake
from huiyin.core.clock import now
from huiyin.core.jobs import queue, runner
from huiyin.core.jobs.queue import LEASE, Outcome
from huiyin.core.models.jobs import Job, Pulse

BATCH = 20
POLL = 0.1  # how late a job may be noticed when nobody rang
SETTLE_AFTER = 0.05
BEAT = 1.0

log = structlog.get_logger("huiyin.worker")


@dataclass
class Running:
    """A job on a thread, since when (monotonic), and whether we have given it up."""

    job: Job
    thread: int
    since: float
    abandoned: bool = False


@dataclass
class Worker:
    """All state is behind `_lock`; the threads only ever pop from one deque and append to another."""

    threads: int = 2
    queues: Sequence[str] = ()
    name: str = field(
        default_factory=lambda: f"{socket.gethostname()[:24]}:{os.getpid()}:{os.urandom(3).hex()}"
    )

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._work = threading.Semaphore(0)
        self._backlog: deque[Job] = deque()
        self._running: dict[int, Running] = {}
        self._finished: list[Outcome] = []
        self._claims = 0
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._bell = wake.bell(wake.WORKER)

    def start(self) -> "Worker":
        """Begin in the background."""
        for _each in range(self.threads):
            self._spawn(self._run_jobs, "job")
        self._spawn(self._feed, "feeder")
        self._spawn(self._beat, "heartbeat")
        return self

    def stop(self, patience: float = 8.0) -> bool:
        """Claim no more, give back what has not begun, wait for the rest. True when it ended in time."""
        self._stopping.set()
        self._bell.set()
        for _each in range(self.threads):
            self._work.release()
        return self._stopped.wait(patience)

    def _spawn(self, target: "object", role: str) -> None:
        threading.Thread(target=target, name=f"worker-{role}", daemon=True).start()  # type: ignore[arg-type]

    # the feeder

    def _feed(self) -> None:
        pause = POLL
        while not self._drained():
            self._bell.wait(pause)
            self._bell.clear()
            try:
                self._settle()
                claimed = self._claim()
                pause = SETTLE_AFTER if claimed or self._busy() else POLL
            except DatabaseError as error:
                log.warning("worker.database", error=type(error).__name__)
                close_old_connections()
                pause = min(pause * 2, 2.0)
        self._say_goodbye()

    def _claim(self) -> int:
        if self._stopping.is_set():
            self._hand_back()
            return 0
        if self._backlog or not queue.pending(self.queues):
            return 0
        queue.promote()
        self._claims += 1
        jobs = queue.claim(f"{self.name}/{self._claims}", BATCH, self.queues)
        self._backlog.extend(jobs)
        self._work.release(len(jobs)) if jobs else None
        return len(jobs)

    def _settle(self) -> None:
        with self._lock:
            outcomes, self._finished = self._finished, []
        if not outcomes:
            return
        try:
            queue.settle(outcomes)
        except DatabaseError:
            with self._lock:
                self._finished = outcomes + self._finished
            raise
        for outcome in outcomes:
            if outcome.error_class:
                log.warning(
                    "job.failed", task=outcome.job.task, job=str(outcome.job.id), error=outcome.error_class
                )

    def _hand_back(self) -> None:
        with self._lock:
            unstarted = list(self._backlog)
            self._backlog.clear()
        if unstarted:
            queue.give_back(unstarted)

    def _busy(self) -> bool:
        return bool(self._backlog or self._running or self._finished)

    def _drained(self) -> bool:
        return self._stopping.is_set() and not self._busy()

    def _say_goodbye(self) -> None:
        try:
            Pulse.objects.filter(name=self.name).delete()
        except DatabaseError:
            log.warning("worker.goodbye_unwritten")
        self._stopped.set()
        connection.close()

    # the threads that run

    def _run_jobs(self) -> None:
        me = threading.get_ident()
        while not self._stopping.is_set():
            self._work.acquire()
            job = self._begin(me)
            if job is None:
                continue
            outcome = self._attempt(job)
            if not self._end(me, outcome):
                break  # a replacement has our place
        connection.close()

    def _attempt(self, job: Job) -> Outcome:
        try:
            return runner.attempt(job)
        except runner.JobTimeout as error:  # it may strike between two lines of the runner itself
            return runner.failure(job, error)

    def _begin(self, thread: int) -> Job | None:
        with self._lock:
            if not self._backlog:
                return None
            job = self._backlog.popleft()
            self._running[thread] = Running(job, thread, time.monotonic())
            return job

    def _end(self, thread: int, outcome: Outcome) -> bool:
        with self._lock:
            running = self._running.pop(thread, None)
            if running is None or running.abandoned:
                return False
            self._finished.append(outcome)
            last = not self._backlog
        if last:
            self._bell.set()
        return True

    # the heartbeat

    def _beat(self) -> None:
        extended = 0.0
        while not self._stopped.wait(BEAT):
            try:
                self._abandon_overdue()
                if time.monotonic() - extended > LEASE.total_seconds() / 4:
                    extended = time.monotonic()
                    self._extend()
            except DatabaseError as error:
                log.warning("worker.heartbeat", error=type(error).__name__)
                close_old_connections()
        connection.close()

    def _extend(self) -> None:
        """Only what is old enough to need it: short jobs cost no heartbeat."""
        with self._lock:
            held = [each.job for each in self._running.values() if not each.abandoned] + list(self._backlog)
        if held:
            queue.extend(held)
        Pulse.objects.update_or_create(name=self.name, defaults={"seen_at": now()})

    def _abandon_overdue(self) -> None:
        """A job over its time is told to stop, counted as failed, and its thread replaced."""
        with self._lock:
            at = time.monotonic()
            overdue = [
                each
                for each in self._running.values()
                if not each.abandoned and at - each.since > each.job.max_seconds
            ]
            for each in overdue:
                each.abandoned = True
                self._running.pop(each.thread, None)
                error = runner.JobTimeout(f"ran longer than {each.job.max_seconds} s")
                self._finished.append(runner.failure(each.job, error))
        for each in overdue:
            log.error("job.overdue", task=each.job.task, job=str(each.job.id))
            _raise_in(each.thread)
            self._spawn(self._run_jobs, "job")
            self._bell.set()


def drain(limit: int = 10_000) -> int:
    """Dispatch the journal and run all that is due, here and now. Returns the number of jobs.

    For tests, the demo story and commands; an error of a job is recorded as a worker would, and raised again.
    """
    from huiyin.core import dispatch

    done = 0
    while done < limit:
        dispatch.dispatch_all()
        queue.promote()
        jobs = queue.claim(f"drain:{os.getpid()}:{done}", 1)
        if not jobs:
            return done
        _run_here(jobs[0])
        done += 1
    return done


def _run_here(job: Job) -> None:
    try:
        result = runner.call(job)
    except BaseException as error:
        queue.settle([runner.failure(job, error)])
        raise
    queue.settle([Outcome(job, result=runner.normalize_json(result))])


def _raise_in(thread: int) -> None:
    """Python can only interrupt between two bytecodes; a call that blocks in C ends by its own time limit."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(runner.JobTimeout))
