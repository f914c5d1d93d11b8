"""The archive of a period: frequent issues, where cases wait, hand-overs; by rights, with steady queries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from huiyin.accounts import services as accounts
from huiyin.cases import services as cases
from huiyin.cases.models import Case, Status
from huiyin.cases.tests.factories import heard, organisation, product, staff
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.insights.models import Member, Topic
from huiyin.insights.selectors import archive, exporting
from huiyin.insights.waiting import Fact, Stretch, stretches, waits
from huiyin.voices.models import Voice

START = datetime(2026, 9, 21, 1, tzinfo=UTC)


def fact(name: str, hours: float, **data: str) -> Fact:
    return Fact("1", name, START + timedelta(hours=hours), data)


def test_stretches_when_a_case_goes_its_way_then_each_state_with_its_team() -> None:
    told = [
        fact("case.opened", 0, team="a"),
        fact("case.assigned", 1, team="b"),
        fact("case.transitioned", 3, target="pending_user"),
        fact("case.solved", 7, origin="pending_user"),
        fact("case.confirmed", 15),
    ]
    found = [(each.team, each.state, each.length.total_seconds() / 3600) for each in stretches(told, START)]
    assert found == [("a", "new", 1), ("b", "new", 2), ("b", "pending_user", 4), ("b", "solved", 8)]


def test_stretches_when_a_case_still_waits_then_until_now() -> None:
    told = [fact("case.opened", 0, team="a"), fact("case.closed", 2), fact("case.reopened", 5)]
    found = stretches(told, START + timedelta(hours=9))
    assert [(each.state, each.length) for each in found] == [
        ("new", timedelta(hours=2)),
        ("open", timedelta(hours=4)),
    ]


def test_waits_when_summed_then_the_longest_first_with_median_and_nine_of_ten() -> None:
    hours = [Stretch(str(n), "a", "open", timedelta(hours=n)) for n in range(1, 11)]
    found = waits([*hours, Stretch("1", "a", "new", timedelta(hours=45))])
    assert [(wait.state, wait.cases, wait.percent) for wait in found] == [("open", 10, 55), ("new", 1, 45)]
    assert (found[0].median, found[0].most) == (timedelta(hours=5), timedelta(hours=9))
    assert waits([]) == []


def counted(voice: Voice, topic: Topic) -> None:
    Member.objects.create(topic=topic, voice=voice, strength=0.9, model="hash/1", at=voice.received_at)


@pytest.fixture
def filled():
    """Six cases of one topic and a product, two of nothing; one handed over."""
    organisation()
    about = product()
    now = clock.now()
    topic = Topic.objects.create(
        key="t-one", name="会员 · 到账", model="hash/1", size=6, first_at=now, last_at=now
    )
    for number in range(8):
        case = heard(product=about.key if number < 6 else "")
        Case.objects.filter(number=case.number).update(category="billing" if number < 6 else "")
        if number < 6:
            counted(Voice.objects.get(contact=case.contact), topic)
    first, second = staff("a1"), staff("a2")
    cases.assign(case, owner=first, by=SYSTEM)
    cases.assign(Case.objects.get(number=case.number), owner=second, by=first.actor)
    return topic


@pytest.mark.django_db
def test_issues_when_counted_then_by_topic_category_and_product(filled) -> None:
    user, period = staff("boss", "admin"), archive.period_of("30", "")
    (topic,) = archive.by_topic(user, period)
    assert (topic.key, topic.count, topic.before, topic.people, topic.change) == ("t-one", 6, 0, 6, None)
    categories = {issue.key: issue.count for issue in archive.by_category(user, period)}
    assert categories == {"billing": 6, "": 2}
    assert sorted((issue.count, issue.handovers) for issue in archive.by_product(user, period))[-1][0] == 6
    figures = archive.figures(user, period)
    assert (figures.cases, figures.handovers, figures.handed_over, figures.handed_share) == (8, 1, 1, 12)
    told = archive.waiting(user, period)
    assert sum(wait.percent for wait in told) in {99, 100, 101}
    solved = replace(told[0], state=str(Status.SOLVED.label))
    assert (archive.bottleneck([solved, *told]), archive.bottleneck([solved])) == (told[0], None)
    assert {row[0] for row in exporting.rows(user, period)} == {"topic", "category", "product", "waiting"}


@pytest.mark.django_db
def test_figures_when_users_write_while_they_wait_then_chasers_and_answers_to_us_are_none() -> None:
    organisation()
    patient, waiting = heard(), heard()
    cases.reply(patient, "请问是哪一笔？", by=staff("a1").actor)
    for case in (patient, waiting):
        cases.hear_again(case, "有进展吗", by=case.contact.actor)
    cases.hear_again(waiting, "在吗", by=waiting.contact.actor)
    figures = archive.figures(staff("boss", "admin"), archive.period_of("7", ""))
    assert (figures.cases, figures.chasers, figures.chased, figures.chased_share) == (2, 2, 1, 50)


@pytest.mark.django_db
def test_issues_when_the_line_is_another_then_nothing(filled) -> None:
    line = accounts.open_line(key="other", name_zh="别的", name_en="Other")
    assert line.key == "other"
    user, period = staff("boss", "admin"), archive.period_of("7", "other")
    assert (archive.by_topic(user, period), archive.by_category(user, period)) == ([], [])
    assert archive.figures(user, period).cases == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("read", "queries"),
    [("by_topic", 4), ("by_category", 3), ("by_product", 3), ("figures", 2), ("waiting", 2)],
)
def test_reads_when_topics_are_many_then_as_many_queries(
    filled, django_assert_num_queries, read: str, queries: int
) -> None:
    user = staff("boss", "admin")
    _ = user.held
    period = archive.period_of("30", "")
    getattr(archive, read)(user, period)
    with django_assert_num_queries(queries):
        getattr(archive, read)(user, period)
    now = clock.now()
    for number in range(3):
        topic = Topic.objects.create(key=f"t-{number}", model="hash/1", first_at=now, last_at=now, size=4)
        for _each in range(4):
            counted(Voice.objects.get(contact=heard().contact), topic)
    with django_assert_num_queries(queries):
        getattr(archive, read)(user, period if read == "by_topic" else archive.period_of("30", ""))
