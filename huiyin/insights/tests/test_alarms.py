"""Swells: told once to who answers, with figures; not on busy weekends, not for one loud user; and their end."""

from datetime import UTC, datetime, timedelta

import pytest

from huiyin.accounts.models import Contact
from huiyin.cases import services as cases
from huiyin.cases.models import Notice
from huiyin.cases.selectors.notices import newest_notices
from huiyin.cases.tests.factories import heard, organisation, product, staff
from huiyin.core import clock, dispatch
from huiyin.core.models import Delivery, JournalEntry
from huiyin.insights.models import Member, Swell, Topic
from huiyin.insights.selectors import counts
from huiyin.insights.services import alarms
from huiyin.language import labels
from huiyin.voices.models import RawInput, Voice

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 23, 4, tzinfo=UTC)  # a Wednesday, noon in Shanghai


def topic(key: str, **values: object) -> Topic:
    return Topic.objects.create(
        key=key, name=key, model="hash/1", first_at=NOON, last_at=NOON, found_at=NOON, **values
    )


def spoken(about: Topic, moments: list[datetime], contacts: list[Contact], **values: object) -> None:
    """Voices in a topic at these moments, by these people in turn."""
    raws = [RawInput(source="form", body={}, digest="d", subject=None) for _moment in moments]
    RawInput.objects.bulk_create(raws)
    voices = [
        Voice(
            raw=raw,
            contact=contacts[place % len(contacts)],
            source="form",
            kind="fault",
            text="退款一直没有到账",
            occurred_at=at,
            received_at=at,
        )
        for place, (raw, at) in enumerate(zip(raws, moments, strict=True))
    ]
    Voice.objects.bulk_create(voices)
    Member.objects.bulk_create(
        Member(topic=about, voice=voice, strength=0.9, model="hash/1", at=voice.received_at, **values)
        for voice in voices
    )


@pytest.fixture
def people() -> list[Contact]:
    organisation()
    return [Contact.objects.create(name=f"用户{number}") for number in range(6)]


@pytest.fixture
def usual(people) -> list[Topic]:
    """Three weeks of four topics, two voices a day each, at nine and at three."""
    found = [topic(f"t-{number}") for number in range(4)]
    moments = [NOON - timedelta(days=back, hours=hour) for back in range(1, 22) for hour in (3, -3)]
    for each in found:
        spoken(each, moments, people)
    return found


def ring() -> None:
    dispatch.dispatch_all()
    for delivery in Delivery.objects.filter(state=Delivery.State.PENDING, listener__endswith="_ring"):
        dispatch.deliver(str(delivery.id))


def names() -> list[str]:
    return list(
        JournalEntry.objects.filter(name__startswith="topic.").order_by("seq").values_list("name", flat=True)
    )


def test_watch_when_a_topic_swells_then_told_once_and_its_end(usual, people) -> None:
    owner = staff("yutao", "owner")
    usual[0].owner = owner
    usual[0].save()
    spoken(usual[0], [NOON - timedelta(minutes=each) for each in range(1, 13)], people)
    with clock.frozen(NOON):
        assert alarms.watch() == {"begun": 1, "ended": 0}
        assert alarms.watch() == {"begun": 0, "ended": 0}
    swell = Swell.objects.get()
    assert (swell.topic, swell.hours, swell.count, swell.people) == (usual[0], 3, 12, 6)
    assert swell.expected < 1
    assert swell.chance < 1e-6
    ring()
    assert [(notice.user, notice.kind) for notice in Notice.objects.all()] == [(owner, "told")]
    with clock.frozen(NOON + timedelta(hours=30)):
        assert alarms.watch() == {"begun": 0, "ended": 1}
    assert names() == ["topic.swelled", "topic.calmed"]
    ring()
    usual[0].refresh_from_db()
    assert "退款" in usual[0].name
    told = [(row["subject"], row["icon"]) for row in newest_notices(owner)]
    assert told == [(usual[0].shown, "check"), (usual[0].shown, "activity")]


def scattered(people: list[Contact], **values: object) -> None:
    """Twelve voices of the last minutes, each about something else."""
    for each in range(1, 13):
        spoken(topic(f"t-alone-{each}"), [NOON - timedelta(minutes=each)], [people[each % 6]], **values)


@pytest.mark.parametrize("matter", ["category", "product"])
def test_watch_when_many_matters_of_one_sort_come_then_that_sort_swells_and_its_end(
    usual, people, matter
) -> None:
    owner, about = staff("yutao", "owner"), product()
    value, subject = ("billing", "billing") if matter == "category" else (about, about.key)
    Member.objects.filter(topic=usual[0]).update(**{matter: value})
    scattered(people, **{matter: value})
    with clock.frozen(NOON):
        assert [alarms.watch() for _turn in range(2)] == [{"begun": 1, "ended": 0}, {"begun": 0, "ended": 0}]
    swell = Swell.objects.get()
    assert (swell.topic, getattr(swell, matter), swell.count, swell.people) == (None, value, 12, 6)
    assert swell.expected < 1
    with clock.frozen(NOON + timedelta(hours=30)):
        assert alarms.watch() == {"begun": 0, "ended": 1}
    facts = JournalEntry.objects.filter(subject_kind=matter).order_by("seq").values_list("name", "subject")
    assert list(facts) == [(f"{matter}.swelled", subject), (f"{matter}.calmed", subject)]
    ring()
    name = about.name if matter == "product" else str(labels.name("category", "billing"))
    told = [(row["subject"], row["icon"], row["url"]) for row in newest_notices(owner)]
    page = "/desk/insights/#in-swells"
    assert told == [(name, "check", page), (name, "activity", page)]


def test_watch_when_a_topic_explains_it_then_product_and_category_stay_silent(usual, people) -> None:
    about = product()
    moments = [NOON - timedelta(minutes=each) for each in range(1, 13)]
    spoken(usual[0], moments, people, category="billing", product=about)
    with clock.frozen(NOON):
        assert alarms.watch() == {"begun": 1, "ended": 0}
    assert names() == ["topic.swelled"]


def test_counts_anew_when_a_case_is_said_to_be_about_something_else(people) -> None:
    case, about = heard(), product()
    voice = Voice.objects.get(contact=case.contact)
    Member.objects.create(
        topic=topic("t-one"), voice=voice, strength=0.9, model="hash/1", at=NOON, category="x"
    )
    cases.change(case, {"category": "billing", "product": about}, by=staff("a1").actor)
    dispatch.dispatch_all()
    for delivery in Delivery.objects.filter(listener__endswith="_count_anew"):
        dispatch.deliver(str(delivery.id))
    assert (Member.objects.get().category, Member.objects.get().product) == ("billing", about)


def test_watch_when_nothing_unusual_comes_then_silent(usual, people) -> None:
    spoken(usual[1], [NOON - timedelta(hours=3), NOON - timedelta(minutes=5)], people)
    with clock.frozen(NOON):
        assert alarms.watch() == {"begun": 0, "ended": 0}


def test_watch_when_one_user_writes_again_and_again_then_no_swell(usual, people) -> None:
    spoken(usual[0], [NOON - timedelta(minutes=each) for each in range(1, 20)], people[:2])
    with clock.frozen(NOON):
        assert alarms.watch()["begun"] == 0


def test_watch_when_the_house_is_new_then_nobody_knows_what_is_usual(people) -> None:
    spoken(topic("t-new"), [NOON - timedelta(minutes=each) for each in range(1, 30)], people)
    with clock.frozen(NOON):
        assert (alarms.watch(), counts.history(NOON)) == ({"begun": 0, "ended": 0}, None)


def test_watch_when_a_topic_is_hidden_or_merged_then_no_alarm(usual, people) -> None:
    for place, state in enumerate((Topic.State.HIDDEN, Topic.State.MERGED)):
        spoken(usual[place], [NOON - timedelta(minutes=each) for each in range(1, 13)], people)
        Topic.objects.filter(id=usual[place].id).update(state=state)
    with clock.frozen(NOON):
        assert alarms.watch() == {"begun": 0, "ended": 0}


def test_watch_when_topics_are_many_then_as_many_queries(usual, people, django_assert_num_queries) -> None:
    for each in usual:
        spoken(each, [NOON - timedelta(minutes=5 * place) for place in range(3)], people)
    with clock.frozen(NOON), django_assert_num_queries(12):
        alarms.watch()


def test_sorts_days_when_holidays_are_known_then_by_the_calendar_of_the_house(people) -> None:
    found = counts.sort_of(
        datetime(2026, 9, 24, tzinfo=UTC).date(), datetime(2026, 10, 10, tzinfo=UTC).date()
    )
    told = {day.isoformat(): str(sort) for day, sort in found.items()}
    assert told["2026-10-01"] == "holiday"
    assert (told["2026-09-24"], told["2026-10-10"]) == ("working", "working")  # a Saturday worked to make up
