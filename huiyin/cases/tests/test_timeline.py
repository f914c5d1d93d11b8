"""The thread of one case: short ones whole, long ones from their end, read back a page at a time."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.cases import selectors, services
from huiyin.cases.models import Case
from huiyin.cases.selectors import detail
from huiyin.cases.selectors.timeline import timeline, timeline_for_user
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.conversations.models import Message
from huiyin.core.tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def talk(case: Case, lines: int) -> None:
    """So many more lines of the user, a second apart."""
    first = Message.objects.filter(conversation_id=case.conversation_id).earliest("at")
    Message.objects.bulk_create(
        Message(
            conversation_id=case.conversation_id,
            direction=first.direction,
            author_kind=first.author_kind,
            author_id=first.author_id,
            body=f"line {number}",
            at=first.at + timedelta(seconds=number),
        )
        for number in range(1, lines + 1)
    )


def test_timeline_when_last_is_given_then_the_newest_in_order(agent):
    case = heard()
    services.note(case, "for us", by=agent.actor)
    talk(case, 5)
    whole = timeline(case)
    assert [item.at for item in whole] == sorted(item.at for item in whole)
    for last in (1, 3, len(whole), 100):
        assert timeline(case, last=last) == whole[-last:]


def test_timeline_when_longer_then_no_more_queries_and_no_note_for_the_user(agent):
    case = heard()
    services.note(case, "for us", by=agent.actor)
    counts = []
    for lines in (1, 20):
        talk(case, lines)
        with CaptureQueriesContext(connection) as captured:
            told = timeline_for_user(case, last=10)
        counts.append(len(captured))
        assert "note" not in {item.kind for item in told}
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", 100),
        ("200", 200),
        ("0", 100),
        ("-5", 100),
        ("x", 100),
        ("99999", 5000),
        ("9" * 40, 100),
        ("²", 100),
    ],
)
def test_shown_when_asked_then_within_bounds(asked, shown):
    assert detail.shown_of({"shown": asked}) == shown


def test_pages_when_a_thread_is_long_then_show_its_end_and_the_way_back(agent):
    case = heard()
    talk(case, 150)
    for client, url in (
        (signed_in(agent), f"/desk/cases/{case.number}/?view=all"),
        (Client(), f"/follow/{selectors.follow_key(case)}/"),
    ):
        page = client.get(url).content.decode()
        assert ("line 150" in page, "line 51<" in page, "line 50<" in page) == (True, True, False)
        back = re.search(r'class="earlier"><a class="btn btn-sm" href="([^"]+)"', page)[1].replace(
            "&amp;", "&"
        )
        whole = client.get(url.partition("?")[0] + back).content.decode()
        assert ("line 1<" in whole, 'class="earlier"' in whole) == (True, False)
