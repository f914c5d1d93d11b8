"""One mail asks about each solution, however late the listeners run."""

import pytest

from huiyin.accounts.services.contacts import Person
from huiyin.cases import services
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.core.actors import SYSTEM
from huiyin.core.jobs.worker import drain
from huiyin.core.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)


def test_ask_when_user_was_faster_than_the_mail_then_second_solution_is_asked_about():
    organisation()
    staff("zhaomin", "senior")
    case = heard(person=Person.of(email="wang@example.com"))
    services.solve(case, resolution="第一次", by=SYSTEM)
    services.dispute(case, by=case.contact.actor)
    drain()
    services.solve(case, resolution="第二次", by=SYSTEM)
    drain()
    asked = OutgoingMail.objects.filter(key__startswith="case.ask:")
    assert [mail.key for mail in asked] == [f"case.ask:{case.number}:1"]
    assert "第二次" in asked.get().text
