"""Workers under `kill -9`, SIGTERM, hanging jobs and competition: nothing lost, nothing visibly doubled."""

import json
import random
import signal
import time

import pytest

from tests.machinery.house import House, kill, until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SETTLED = """
import json, time
from collections import Counter
from huiyin.core.models import JournalEntry, Delivery, Job
def unsettled():
    open = Job.objects.filter(task="huiyin.core.tasks.deliver").exclude(state="done")
    return open.exists() or JournalEntry.objects.filter(dispatched=False).exists()
end = time.monotonic() + 120
while unsettled() and time.monotonic() < end:
    time.sleep(0.1)
rows = JournalEntry.objects.filter(name="test.answered")
answered = Counter(rows.values_list("subject", flat=True))
heard = Delivery.objects.filter(state="done", entry__name="test.asked").count()
print(json.dumps([len(answered), max(answered.values()), heard, unsettled()]))
"""


def traces(house: House) -> list[tuple[float, int, str]]:
    """What `work.trace` wrote: when, in which process, what."""
    file = house.data / "trace"
    found = file.read_text().splitlines() if file.exists() else []
    return [(float(at), int(pid), line) for at, pid, line in (each.split(" ", 2) for each in found)]


def lines(house: House) -> list[str]:
    return [line for _at, _pid, line in traces(house)]


def test_kill_workers_when_facts_are_delivered_then_each_is_heard_once(house):
    asker = house.start("work.ask(0, 150)")
    for _round in range(4):
        worker = house.worker()
        time.sleep(random.uniform(0.1, 0.9))
        kill(worker)
    assert asker.wait(150) == 0
    house.worker()
    assert json.loads(house.run(SETTLED)) == [150, 1, 150, False]


def test_kill_worker_when_a_job_runs_then_another_takes_it_after_the_lease(house):
    workers = {worker.pid: worker for worker in (house.worker(), house.worker())}
    house.run("work.write_down.enqueue('a', 3)")
    ((_at, pid, _line),) = until(lambda: traces(house))
    killed = time.time()
    kill(workers[pid])
    until(lambda: len(traces(house)) == 2)
    assert traces(house)[1][0] - killed < 2 + 1, "lease and one second"
    assert traces(house)[1][1] != pid
    until(lambda: lines(house) == ["begin a", "begin a", "end a"])


def test_run_when_longer_than_the_lease_then_the_heartbeat_keeps_it(house):
    house.worker()
    house.worker()
    house.run("work.write_down.enqueue('long', 5)")
    until(lambda: len(traces(house)) == 2)
    assert lines(house) == ["begin long", "end long"]


def test_stop_when_a_job_runs_then_it_ends_and_the_rest_is_given_back(house):
    worker = house.worker(threads=1)
    house.run("[work.write_down.enqueue(str(n), 6) for n in range(5)]")
    until(lambda: traces(house))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert lines(house) == ["begin 0", "end 0"]
    jobs = "Job.objects.filter(task__endswith='write_down').values_list('state', 'attempts')"
    left = house.run(f"from huiyin.core.models import Job; print(sorted({jobs}))")
    assert left == "[('done', 1), ('ready', 0), ('ready', 0), ('ready', 0), ('ready', 0)]"


def test_run_when_it_hangs_then_it_dies_and_others_go_on(embedded):
    embedded.worker(threads=1)
    embedded.run("work.hang.enqueue(); work.write_down.enqueue('next', 0)")
    until(lambda: lines(embedded) == ["begin hang", "begin next", "end next"])
    dead = "print(*Job.objects.values_list('state', 'error_class').get(task__endswith='hang'))"
    assert (
        embedded.run("from huiyin.core.models import Job; " + dead)
        == "dead huiyin.core.jobs.runner.JobTimeout"
    )


def test_dispatch_when_two_processes_compete_then_each_fact_once(house):
    house.run("work.ask(0, 300)")
    both = [house.start("from huiyin.core import dispatch; print(dispatch.dispatch_all())") for _ in range(2)]
    taken = [int(process.communicate(timeout=150)[0]) for process in both]
    assert sum(taken) == 300
    told = (
        "from huiyin.core.models import Delivery, Job; print(Delivery.objects.count(), Job.objects.count())"
    )
    assert house.run(told) == "300 300"


def test_tick_when_two_processes_keep_the_schedule_then_each_slot_once(house):
    script = """
import time
from huiyin.core.jobs.schedule import Every, tick
from huiyin.core.models import Slot
entries = [Every(name="beat", task="tests.machinery.work.hang", seconds=1)]
for _ in range(60):
    if tick(entries):
        print(Slot.objects.get().started.timestamp())
    time.sleep(0.05)
"""
    both = [house.start(script) for _ in range(2)]
    slots = [line for process in both for line in process.communicate(timeout=150)[0].split()]
    assert len(slots) == len(set(slots)) >= 3
