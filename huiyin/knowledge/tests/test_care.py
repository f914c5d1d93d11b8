"""What owners look after: reminders, lists, counts of readings, and the gaps that users' questions show."""

import array
from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from huiyin.accounts import services as people
from huiyin.accounts.services.contacts import Person
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.models import JournalEntry, OutgoingMail
from huiyin.core.persons import ERASED
from huiyin.core.tests.people import signed_in
from huiyin.knowledge import readings, services
from huiyin.knowledge.models import Article, Gap, Reading
from huiyin.knowledge.selectors import care as lists
from huiyin.knowledge.selectors import gaps as gap_lists
from huiyin.knowledge.services import Words, care
from huiyin.knowledge.services.gaps import find_gaps
from huiyin.knowledge.tests import factories
from huiyin.language import services as language
from huiyin.voices import services as voices
from huiyin.voices.models import Voice
from huiyin.voices.services import Spoken

pytestmark = pytest.mark.django_db


def on(name: str, **given: Any) -> list[str]:
    return [concern.article.key for concern in lists.concerns(name, **given).items]


def test_remind_owners_when_the_day_has_come_then_once_by_mail() -> None:
    owner = people.create_user(
        username="li", display_name="李", roles=("senior",), email="li@example.com", by=SYSTEM
    )
    article = factories.published(key="refund")
    today = clock.now().date()
    services.describe(article, {"owner": owner, "review_at": today}, by=SYSTEM)
    services.describe(
        factories.published(), {"owner": owner, "review_at": today + timedelta(days=1)}, by=SYSTEM
    )
    assert (care.remind_owners(), care.remind_owners()) == (1, 0)
    (letter,) = OutgoingMail.objects.all()
    assert (letter.to, "/desk/knowledge/refund/" in letter.text) == ("li@example.com", True)
    entry = JournalEntry.objects.get(name="article.due")
    assert (entry.subject, entry.data["owner"]) == (str(article.id), str(owner.id))
    article.refresh_from_db()
    services.describe(article, {"review_at": today - timedelta(days=1)}, by=SYSTEM)
    assert care.remind_owners() == 1


def test_concerns_when_listed_then_each_article_where_it_belongs() -> None:
    owner = factories.person("senior")
    due = factories.published(key="due")
    services.describe(due, {"review_at": date(2020, 1, 1), "owner": owner}, by=SYSTEM)
    doubted = factories.published(key="doubted")
    for voter, verdict in (("a", "no"), ("b", "no"), ("c", "yes")):
        reason = "wrong" if verdict == "no" else ""
        services.vote(doubted, lang="zh", voter=voter, verdict=verdict, reason=reason, by=SYSTEM)
    behind = factories.published(key="behind")
    services.write(behind, factories.REFUND_EN, lang="en", by=SYSTEM)
    services.write(behind, Words("新", "新"), lang="zh", by=SYSTEM)
    services.submit(factories.article(key="waiting"), by=SYSTEM)
    Article.objects.filter(key="due").update(created_at=clock.now() - timedelta(days=100))
    assert {name: on(name) for name in lists.LISTS} == {
        "waiting": ["waiting"],
        "due": ["due"],
        "doubted": ["doubted"],
        "behind": ["behind"],
        "unused": ["due"],
    }
    assert lists.concern_counts(owner=owner) == {
        "waiting": 0,
        "due": 1,
        "doubted": 0,
        "behind": 0,
        "unused": 1,
    }
    (concern,) = lists.concerns("doubted").items
    assert [count for _reason, count in concern.reasons] == [2]


def test_add_readings_when_opened_then_no_longer_unused() -> None:
    article = factories.published(key="old")
    Article.objects.update(created_at=clock.now() - timedelta(days=100))
    assert on("unused") == ["old"]
    today = clock.now().date()
    care.add_readings(Counter({article.id: 2}), day=today)
    care.add_readings(Counter({article.id: 3}), day=today)
    assert (on("unused"), Reading.objects.get().count) == ([], 5)
    assert lists.concerns("due").items == []


def test_tally_when_the_time_is_over_then_hands_on_all_at_once() -> None:
    article, other = factories.article().id, factories.article().id
    tally = readings.Tally()
    assert [tally.count(article), tally.count(article), tally.count(other)] == [Counter()] * 3
    assert tally.count(article, after=0.0) == Counter({article: 3, other: 1})
    assert tally.count(other, after=0.0) == Counter({other: 1})


def say(text: str, vector: list[float] | None = None) -> Voice:
    contact, _is_new = people.register(Person.of(email=f"{Voice.objects.count()}@example.com"), by=SYSTEM)
    spoken = Spoken(source="form", text=text, person=Person.of(name="x"))
    raw, _is_new = voices.keep(spoken)
    understanding = language.understand(text, rules_only=True)
    voice, _facts = voices.record(
        spoken, raw=raw, contact=contact, product=None, kind="question", understanding=understanding
    )
    if vector:
        Voice.objects.filter(id=voice.id).update(vector=array.array("f", vector).tobytes())
    return voice


def test_find_gaps_when_asked_often_without_an_article_then_one_gap() -> None:
    factories.published(key="refund")
    for number in range(3):
        say(f"手表版什么时候出，我的电话 1380013800{number}", [1.0, 0.05 * number, 0.0, 0.1])
    for _time in range(4):
        say("如何申请退款", [0.0, 1.0, 0.0, 0.0])
    say("只问一次", [0.0, 0.0, 1.0, 0.0])
    assert find_gaps() == 1
    (row,) = gap_lists.gaps()
    assert (row.gap.size, row.gap.lang, "手表版" in row.title, "13800138" in row.title) == (
        3,
        "zh",
        True,
        False,
    )


def test_find_gaps_when_repeated_then_decisions_stay_and_answered_ones_go() -> None:
    for _time in range(3):
        say("手表版什么时候出")
        say("有没有黑胶唱片卖")
    assert find_gaps() == 2
    first, second = [row.gap for row in gap_lists.gaps()]
    care.dismiss_gap(first, by=SYSTEM)
    assert JournalEntry.objects.get(name="gap.decided").data == {"status": "dismissed", "article": ""}
    assert (find_gaps(), Gap.objects.get(id=first.id).status) == (1, "dismissed")
    words = Words(
        "手表版什么时候出" if "唱片" in gap_lists.gap_of(first.id).title else "有没有黑胶唱片卖", "明年"
    )
    factories.published(words)
    assert (find_gaps(), Gap.objects.filter(id=second.id).exists()) == (0, False)


def test_gaps_when_the_users_are_erased_then_nothing_is_shown() -> None:
    for _time in range(3):
        say("手表版什么时候出")
    find_gaps()
    Voice.objects.update(text=ERASED)
    assert gap_lists.gaps() == []


def test_new_article_when_begun_for_a_gap_then_the_gap_is_answered() -> None:
    for _time in range(3):
        say("手表版什么时候出")
    find_gaps()
    gap, shelf = Gap.objects.get(), services.shelve("general")
    client = signed_in(factories.person("senior"))
    page = client.get(f"/desk/knowledge/new/?gap={gap.id}").content.decode()
    assert 'value="手表版什么时候出"' in page
    words = {"lang": "zh", "title": "手表版", "body": "明年", "category": shelf.pk, "visibility": "public"}
    assert (
        client.post("/desk/knowledge/new/", {**words, "key": "watch", "gap": str(gap.id)}).status_code == 302
    )
    gap.refresh_from_db()
    assert (gap.status, gap.article.key, gap.article.status) == ("answered", "watch", "draft")
    assert client.get("/desk/knowledge/new/?gap=nonsense").status_code == 404
    assert (
        "手表版什么时候出"
        not in signed_in(factories.person("agent")).get(f"/desk/knowledge/new/?gap={gap.id}").content.decode()
    )


def test_gap_pages_when_posted_then_decided_and_taken_back() -> None:
    for _time in range(3):
        say("手表版什么时候出")
    find_gaps()
    gap, client = Gap.objects.get(), signed_in(factories.person("senior"))
    assert "手表版" in client.get("/desk/knowledge/gaps/").content.decode()
    client.post(f"/desk/knowledge/gaps/{gap.id}/dismissal/")
    assert "手表版" not in client.get("/desk/knowledge/gaps/").content.decode()
    assert "手表版" in client.get("/desk/knowledge/gaps/?status=dismissed").content.decode()
    client.post(f"/desk/knowledge/gaps/{gap.id}/return/")
    assert Gap.objects.get().status == "open"
    assert client.post("/desk/knowledge/gaps/search/").status_code == 302
    assert signed_in(factories.person("agent")).get("/desk/knowledge/gaps/").status_code == 403


def test_care_page_when_opened_then_each_list() -> None:
    due = factories.published(key="due")
    services.describe(due, {"review_at": date(2020, 1, 1)}, by=SYSTEM)
    reader = signed_in(factories.person("agent"))
    for name in lists.LISTS:
        assert reader.get(f"/desk/knowledge/care/?list={name}").status_code == 200
    assert "/desk/knowledge/due/" in reader.get("/desk/knowledge/care/").content.decode()
    assert "/desk/knowledge/due/" not in reader.get("/desk/knowledge/care/?of=me").content.decode()
    assert reader.get("/desk/knowledge/care/?list=nothing").status_code == 404


def test_article_page_when_opened_then_counted_apart_from_the_page(monkeypatch) -> None:
    factories.published(key="refund")
    monkeypatch.setattr(readings, "HAND_ON_AFTER", 0.0)
    assert signed_in(factories.person()).get("/kb/refund/").status_code == 200
    assert Reading.objects.get().count == 1


def test_deflected_when_answers_were_offered_then_counted_by_form() -> None:
    article = factories.published()
    first, second = uuid4(), uuid4()
    for session in (first, second):
        services.offer(session, lang="zh", articles=[str(article.id)])
    services.record_opened(first, article=article, lang="zh")
    services.record_solved(first, article=article, lang="zh", by=SYSTEM)
    with clock.frozen(clock.now() - timedelta(days=40)):
        services.offer(uuid4(), lang="zh", articles=[str(article.id)])
    assert lists.deflected() == {"offered": 2, "opened": 1, "solved": 1}
