"""The queue: enqueue with the work, claim under a lease, settle, back off, give up."""

from datetime import timedelta

import pytest
from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from huiyin.core.clock import frozen, now
from huiyin.core.jobs import queue
from huiyin.core.jobs.runner import attempt
from huiyin.core.jobs.worker import drain
from huiyin.core.models import Job
from huiyin.core.tests import sample

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget():
    sample.calls.clear()


def state_of(job_id):
    return Job.objects.get(id=job_id).state


def test_enqueue_when_the_transaction_rolls_back_then_no_job():
    with pytest.raises(ValueError), transaction.atomic():
        sample.note.enqueue(1)
        raise ValueError
    assert Job.objects.count() == 0


def test_enqueue_when_done_then_the_result_can_be_read():
    handle = sample.note.enqueue({"a": [1, "回音"]})
    assert handle.status == TaskResultStatus.READY
    drain()
    handle.refresh()
    assert handle.status == TaskResultStatus.SUCCESSFUL
    assert handle.return_value == {"a": [1, "回音"]}


def test_get_result_when_unknown_then_says_so():
    with pytest.raises(TaskResultDoesNotExist):
        sample.note.get_result("nonsense")


def test_enqueue_when_later_then_not_before():
    at = now()
    sample.note.using(run_after=at + timedelta(hours=1)).enqueue("later")
    assert drain() == 0
    with frozen(at + timedelta(hours=1)):
        assert drain() == 1
    assert sample.calls == ["later"]


def test_claim_when_priorities_differ_then_the_most_urgent_first():
    sample.note.enqueue("plain")
    sample.urgent.enqueue()
    sample.note.using(priority=-5).enqueue("idle")
    drain()
    assert sample.calls == ["urgent", "plain", "idle"]


def test_claim_when_queues_are_named_then_only_from_these():
    sample.note.using(queue_name="mail").enqueue("mail")
    sample.note.enqueue("other")
    assert queue.pending(["mail"]) is True
    assert [job.args for job in queue.claim("t", 10, ["mail"])] == [["mail"]]
    assert queue.pending(["mail"]) is False


def test_claim_when_another_has_claimed_then_nothing():
    sample.note.enqueue()
    assert len(queue.claim("one", 10)) == 1
    assert queue.claim("two", 10) == []


def test_settle_when_the_lease_is_lost_then_changes_nothing():
    sample.note.enqueue("slow")
    at = now()
    (first,) = queue.claim("one", 1)
    with frozen(at + queue.LEASE + timedelta(seconds=1)):
        assert queue.promote() == 1
        (second,) = queue.claim("two", 1)
        assert (second.id, second.attempts) == (first.id, 2)
        queue.settle([queue.Outcome(first, result="stale")])
        assert state_of(first.id) == "running"
        queue.settle([queue.Outcome(second, result="fresh")])
    assert Job.objects.get().result == "fresh"


def test_extend_when_held_then_the_job_does_not_return():
    sample.note.enqueue()
    at = now()
    jobs = queue.claim("one", 1)
    with frozen(at + queue.LEASE / 2):
        assert queue.extend(jobs) == 1
    with frozen(at + queue.LEASE + timedelta(seconds=1)):
        assert queue.promote() == 0


def test_give_back_when_not_begun_then_the_attempt_does_not_count():
    sample.note.enqueue()
    queue.give_back(queue.claim("one", 1))
    job = Job.objects.get()
    assert (job.state, job.attempts, job.worker) == ("ready", 0, "")


def test_fail_when_tried_twice_then_dead_with_its_error():
    sample.fail.enqueue()
    at = now()
    with pytest.raises(ValueError):
        drain()
    job = Job.objects.get()
    assert (job.state, job.attempts, job.error_class) == ("waiting", 1, "builtins.ValueError")
    assert timedelta(seconds=2.9) < job.run_at - at < timedelta(seconds=8)
    assert drain() == 0
    with frozen(at + timedelta(minutes=1)), pytest.raises(ValueError):
        drain()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("dead", 2)
    assert "ValueError: no" in job.error
    assert sample.calls == ["fail", "fail"]


def test_backoff_when_failing_again_then_waits_longer():
    seconds = [queue.backoff(n).total_seconds() for n in (1, 2, 3, 4)]
    assert all(
        low <= got <= high for got, low, high in zip(seconds, (3, 12, 48, 192), (5, 20, 80, 320), strict=True)
    )


def test_promote_when_a_worker_died_for_the_last_time_then_dead():
    sample.fail.enqueue()
    Job.objects.update(attempts=1)
    at = now()
    queue.claim("one", 1)
    with frozen(at + queue.LEASE + timedelta(seconds=1)):
        queue.promote()
    job = Job.objects.get()
    assert (job.state, job.error_class) == ("dead", "WorkerLost")


def test_attempt_when_the_task_is_gone_then_a_failure_tells_which():
    outcome = attempt(Job(task="huiyin.core.tests.sample.gone"))
    assert outcome.error_class.endswith("TaskMissing")
    assert "sample.gone" in outcome.error


def test_call_when_the_task_takes_context_then_it_knows_its_attempt():
    handle = sample.tell_attempt.enqueue()
    drain()
    handle.refresh()
    assert handle.return_value == 1


def test_enqueue_when_the_unique_key_is_waiting_then_one_job():
    once = sample.note.using(unique_key="sum")
    assert once.enqueue("a").id == once.enqueue("b").id
    drain()
    assert sample.calls == ["a"]
    once.enqueue("c")
    drain()
    assert sample.calls == ["a", "c"]


def test_enqueue_when_the_unique_job_runs_then_it_runs_once_more():
    once = sample.note.using(unique_key="sum")
    once.enqueue("a")
    (running,) = queue.claim("one", 1)
    once.enqueue("a")
    once.enqueue("a")
    assert Job.objects.count() == 1
    queue.settle([attempt(running)])
    assert state_of(running.id) == "ready"
    assert drain() == 1
    assert state_of(running.id) == "done"


def test_enqueue_when_many_then_one_insert_each(django_assert_num_queries):
    with django_assert_num_queries(1):
        sample.note.enqueue(1)
