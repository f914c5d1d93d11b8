"""Stored topics: placed as voices come, linked by night, stable by key, named in plain words, open to people."""

from datetime import timedelta

import pytest

from huiyin.accounts.models import Contact
from huiyin.cases.events import CaseSplit
from huiyin.conversations import services as conversations
from huiyin.conversations.models import Message
from huiyin.core import clock, dispatch, journal
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.ids import first_of, uuid7
from huiyin.core.models import AuditEntry, Delivery, JournalEntry
from huiyin.core.persons import ERASED, Parcel, Person, Traces
from huiyin.insights import services
from huiyin.insights.models import Member, Space, Topic
from huiyin.insights.selectors.held import held_about
from huiyin.insights.tests.factories import LOGIN, PARCEL, REFUND, pile, said, use_tiny_models
from huiyin.privacy import services as privacy
from huiyin.voices.models import Voice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tiny(settings, monkeypatch) -> None:
    use_tiny_models(settings, monkeypatch)


def standing() -> dict[str, set[str]]:
    """The subjects of the voices in each topic, by key."""
    found: dict[str, set[str]] = {}
    for key, text in Member.objects.values_list("topic__key", "voice__text"):
        found.setdefault(key, set()).add(text.split("，")[0])
    return found


def facts(name: str) -> list[str]:
    return list(JournalEntry.objects.filter(name=name).order_by("seq").values_list("subject", flat=True))


def test_places_when_voices_come_then_topics_of_their_subjects_and_told_once() -> None:
    pile(5)
    assert (services.place(), services.place()) == (15, 0)
    frequent = Topic.objects.filter(found_at__isnull=False)
    assert sorted(frequent.values_list("size", flat=True)) == [5, 5, 5]
    assert sorted(map(sorted, standing().values())) == sorted([[REFUND], [PARCEL], [LOGIN]])
    assert sorted(facts("topic.found")) == sorted(frequent.values_list("key", flat=True))
    topic = Member.objects.filter(voice__text__startswith=REFUND).first().topic
    assert any(word in topic.name for word in ("退款", "到账"))
    assert Member.objects.exclude(model="hash/1").count() == 0


def test_places_when_the_listener_runs_twice_then_one_place() -> None:
    pile(4)
    services.place()
    voice = said(f"{REFUND}，又来了")
    assert [services.place([voice.id]) for _turn in range(2)] == [1, 0]
    assert Member.objects.get(voice=voice).topic.size == 5


def test_places_when_no_model_answers_then_nothing(settings) -> None:
    pile(2)
    settings.LANGUAGE_ENGINE = "rules"
    assert (services.place(), services.link(), Topic.objects.count()) == (0, {"topics": 0, "moved": 0}, 0)


def test_places_when_somebody_wants_no_analysis_then_left_out_and_taken_out() -> None:
    person = Contact.objects.create(name="李雷", choices={"analytics": False})
    said(REFUND, contact=person)
    assert services.place() == 0
    other = Contact.objects.create(name="韩梅梅")
    pile(3, (REFUND,))
    said(REFUND, contact=other)
    assert services.place() == 4
    privacy.withdraw(other, "analytics", channel="test", by=other.actor)
    dispatch.dispatch_all()
    for delivery in Delivery.objects.filter(listener__endswith="take_out"):
        dispatch.deliver(str(delivery.id))
    assert Topic.objects.get().size == 3


def thread(*voices: Voice) -> Message:
    """A thread in which these were said one after the other; the last message."""
    conversation = conversations.start(voices[0])
    return [conversations.receive(conversation, voice=voice)[0] for voice in voices][-1]


def test_places_when_a_user_only_goes_on_then_no_topic_unless_it_was_split_off() -> None:
    for opening in pile(4, (REFUND,)):
        last = thread(opening, said("有进展吗", contact=opening.contact))
    assert services.place() == 4
    assert list(standing().values()) == [{REFUND}]
    journal.publish(CaseSplit(subject="1", into="2", message=str(last.id)), by=SYSTEM)
    assert services.link() == {"topics": 2, "moved": 0}
    assert Member.objects.get(voice=last.voice).topic.size == 1


def test_links_when_goings_on_were_counted_before_then_they_leave_and_their_topics_too() -> None:
    openings = pile(5, (REFUND,))
    again = [said("有进展吗", contact=opening.contact) for opening in openings]
    services.place()
    assert Topic.objects.count() == 2
    for opening, more in zip(openings, again, strict=True):
        thread(opening, more)
    assert services.link() == {"topics": 1, "moved": 0}
    assert list(standing().values()) == [{REFUND}]


def test_links_when_night_follows_night_then_keys_names_and_members_stay() -> None:
    pile(6)
    first = services.link()
    before = {member.voice_id: member.topic.key for member in Member.objects.select_related("topic")}
    topic = Member.objects.filter(voice__text__startswith=PARCEL).first().topic
    services.change(topic, {"title": "物流停滞"}, by=SYSTEM)
    pile(2)
    second = services.link()
    after = {member.voice_id: member.topic.key for member in Member.objects.select_related("topic")}
    assert (first, second) == ({"topics": 3, "moved": 0}, {"topics": 3, "moved": 0})
    assert {voice: after[voice] for voice in before} == before
    topic.refresh_from_db()
    assert (topic.shown, topic.size) == ("物流停滞", 8)
    assert Space.objects.count() == 1


def test_links_when_two_topics_say_the_same_then_one_leads_to_the_other() -> None:
    pile(5)
    services.link()
    topic = Member.objects.filter(voice__text__startswith=REFUND).first().topic
    twin = Topic.objects.create(
        key="t-twin", model="hash/1", first_at=clock.now(), last_at=clock.now(), found_at=clock.now(), size=2
    )
    Member.objects.filter(id__in=topic.members.values("id")[:2]).update(topic=twin)
    assert services.link()["moved"] == 2
    twin.refresh_from_db()
    assert (twin.state, twin.merged_into, topic.members.count()) == ("merged", topic, 5)
    assert facts("topic.joined") == ["t-twin"]


def test_links_when_a_topic_came_apart_then_the_larger_part_keeps_the_key() -> None:
    pile(6)
    services.link()
    mixed = Member.objects.filter(voice__text__startswith=REFUND).first().topic
    strayed = Member.objects.filter(voice__text__startswith=PARCEL).first().topic
    stray = list(strayed.members.values_list("id", flat=True)[:5])
    Member.objects.filter(id__in=stray).update(topic=mixed)
    services.link()
    assert standing()[mixed.key] == {REFUND}
    assert all(len(subjects) == 1 for subjects in standing().values())


def test_merges_when_said_by_hand_then_stays_through_the_night() -> None:
    pile(5)
    services.link()
    refund, parcel = (
        Member.objects.filter(voice__text__startswith=subject).first().topic for subject in (REFUND, PARCEL)
    )
    services.merge(parcel, into=refund, by=SYSTEM)
    pile(2, (PARCEL,))
    services.place()
    assert services.link()["moved"] == 0
    refund.refresh_from_db()
    parcel.refresh_from_db()
    assert (parcel.state, parcel.merged_into, refund.members.count()) == ("merged", refund, 12)
    assert facts("topic.merged") == [parcel.key]
    assert AuditEntry.objects.filter(action="topic.merged", object_id=parcel.key).count() == 1
    with pytest.raises(Conflict):
        services.merge(parcel, into=refund, by=SYSTEM)
    with pytest.raises(Invalid):
        services.merge(refund, into=refund, by=SYSTEM)


@pytest.mark.parametrize("title", ["请打13812345678", "长" * 81])
def test_changes_when_title_names_somebody_or_is_long_then_refused_at_the_field(title: str) -> None:
    pile(4, (REFUND,))
    services.place()
    with pytest.raises(Invalid) as refused:
        services.change(Topic.objects.get(), {"title": title}, by=SYSTEM)
    assert (refused.value.data["field"], Topic.objects.get().title, facts("topic.kept")) == ("title", "", [])


def test_names_when_words_are_personal_then_not_in_them() -> None:
    for number in range(6):
        person = Contact.objects.create(name="张三")
        for _time in range(3):
            said(f"{REFUND}，我是独孤求败{number}，电话1381234567{number}", contact=person)
    services.place()
    topic = Topic.objects.order_by("-size").first()
    told = " ".join([topic.name, *topic.keywords])
    assert "退款" in told
    assert not any(mark in told for mark in ("1381234567", "PHONE", "NAME"))


def test_erases_when_a_person_goes_then_their_voices_and_words_are_out() -> None:
    person = Contact.objects.create(name="李雷")
    pile(4, (REFUND,))
    mine = [said(f"{REFUND}，第{REFUND}次，量子", contact=person) for _time in range(2)]
    alone = said("薛定谔的猫跑丢了", contact=person)
    services.place()
    topic = Member.objects.get(voice=mine[0]).topic
    lonely, before = Member.objects.get(voice=alone).topic_id, bytes(topic.total)
    parcel = Parcel()
    held_about(Person(person.id), parcel)
    assert len(parcel.tables["topics"]) == 3
    services.erase(Person(person.id), Traces())
    assert services.erase(Person(person.id), Traces()) == 0
    topic.refresh_from_db()
    assert (topic.size, topic.members.count()) == (4, 4)
    assert bytes(topic.total) != before
    assert "量子" not in " ".join([topic.name, *topic.keywords])
    assert not Topic.objects.filter(id=lonely).exists()
    Voice.objects.filter(contact=person).update(text=ERASED)
    assert services.place() == 0


def test_links_when_voices_are_old_then_their_topics_stay() -> None:
    with clock.frozen(clock.now() - timedelta(days=61)):
        pile(4, (REFUND,))
        services.place()
    services.link()
    assert (Topic.objects.get().size, Topic.objects.get().state) == (4, "open")


def test_first_of_when_compared_with_ids_then_bounds_those_made_since() -> None:
    before, now = clock.now() - timedelta(minutes=1), uuid7()
    assert first_of(before) < now < first_of(before + timedelta(minutes=2))
