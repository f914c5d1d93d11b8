"""What gave up: the page for administrators, the retry, the forgetting."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from huiyin.core.actors import SYSTEM
from huiyin.core.clock import now
from huiyin.core.errors import Conflict, NotFound
from huiyin.core.ids import uuid7
from huiyin.core.jobs import deadletter
from huiyin.core.jobs.worker import drain
from huiyin.core.models import Delivery, Job, JournalEntry
from huiyin.core.tests import sample

pytestmark = pytest.mark.django_db
NOTE = "huiyin.core.tests.sample.note"


def dead(**fields):
    told = {
        "task": NOTE,
        "state": "dead",
        "attempts": 5,
        "error_class": "builtins.ValueError",
        "finished_at": now(),
    }
    return Job.objects.create(**{**told, **fields})


def signed_in(*roles):
    user = get_user_model().objects.create(username="-".join(roles) or "nobody")
    for role in roles:
        user.grants.create(role=role)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def test_retry_when_dead_then_runs_again_and_is_journalled():
    job = dead(args=["again"])
    sample.calls.clear()
    assert deadletter.retry(job, by=SYSTEM).state == "ready"
    drain()
    job.refresh_from_db()
    assert (job.state, job.attempts, sample.calls) == ("done", 1, ["again"])
    assert list(JournalEntry.objects.values_list("name", "subject")) == [("job.retried", str(job.id))]


def test_retry_when_not_dead_then_refuses():
    with pytest.raises(Conflict) as refused:
        deadletter.retry(dead(state="done"), by=SYSTEM)
    assert refused.value.code == "job_not_dead"
    assert JournalEntry.objects.count() == 0


def test_retry_when_the_same_work_is_queued_then_refuses():
    job = dead(unique_key="k")
    dead(unique_key="k", state="ready")
    with pytest.raises(Conflict) as refused:
        deadletter.retry(job, by=SYSTEM)
    assert refused.value.code == "job_queued_anew"


def test_dead_job_when_unknown_then_not_found():
    with pytest.raises(NotFound):
        deadletter.dead_job(str(uuid7()))


def test_sweep_when_old_then_forgets_done_and_keeps_dead():
    old = now() - timedelta(days=2)
    dead(state="done", finished_at=old)
    dead(state="done")
    dead(finished_at=old)
    sample.publish(sample.LampLit(subject="1"))
    drain()
    Delivery.objects.update(at=now() - timedelta(days=31))
    assert deadletter.sweep() == 1
    assert Job.objects.filter(task=NOTE).count() == 2
    assert Delivery.objects.count() == 0


def test_page_when_admin_then_lists_and_retries():
    one, two = dead(), dead(error_class="smtplib.SMTPException")
    client = signed_in("admin")
    page = client.get("/desk/jobs/")
    assert page.status_code == 200
    assert [job.id for job in page.context["page"].items] == [two.id, one.id]
    assert [job.id for job in client.get("/desk/jobs/?q=SMTP").context["page"].items] == [two.id]
    assert client.post(f"/desk/jobs/{one.id}/retry/").status_code == 302
    assert client.post("/desk/jobs/retries/", {"job": [str(two.id)]}).status_code == 302
    assert set(Job.objects.filter(task=NOTE).values_list("state", flat=True)) == {"ready"}


def test_page_when_agent_then_forbidden_and_nothing_changed():
    job = dead()
    client = signed_in("agent")
    assert client.get("/desk/jobs/").status_code == 403
    assert client.post(f"/desk/jobs/{job.id}/retry/").status_code == 403
    assert client.post("/desk/jobs/retries/").status_code == 403
    job.refresh_from_db()
    assert job.state == "dead"


def test_page_when_nobody_is_signed_in_then_to_the_sign_in():
    answer = Client(headers={"host": "127.0.0.1"}).get("/desk/jobs/")
    assert (answer.status_code, "/desk/sign-in/" in answer["Location"]) == (302, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_page_when_more_rows_then_no_more_queries(rows, django_assert_max_num_queries):
    for _row in range(rows):
        dead()
    client = signed_in("admin")
    with django_assert_max_num_queries(12):
        client.get("/desk/jobs/")
