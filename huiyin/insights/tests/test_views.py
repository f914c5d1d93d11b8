"""The pages of insights: read by those who may, shaped by those who lead, never a personal word."""

import pytest

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Team
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.models import AuditEntry
from huiyin.core.tests.people import signed_in
from huiyin.insights.models import Member, Swell, Topic
from huiyin.voices.models import Voice

pytestmark = pytest.mark.django_db
HOME, LIST, PAGE = "/desk/insights/", "/desk/insights/topics/", "/desk/insights/topics/t-one/"


def topic(key: str, texts: tuple[str, ...], **values: object) -> Topic:
    now = clock.now()
    made = Topic.objects.create(
        key=key,
        name=f"会员 · {key}",
        keywords=["会员"],
        model="hash/1",
        size=len(texts),
        first_at=now,
        last_at=now,
        **values,
    )
    for text in texts:
        voice = Voice.objects.get(contact=heard(text).contact)
        Member.objects.create(topic=made, voice=voice, strength=0.9, model="hash/1", at=voice.received_at)
    return made


@pytest.fixture
def one() -> Topic:
    organisation()
    return topic("t-one", ("会员没有到账，电话13812345678", "会员还是没到", "充值后没到账", "没到账"))


def test_pages_when_opened_then_topic_down_to_masked_words_and_cases(one) -> None:
    now = clock.now()
    Swell.objects.create(
        topic=one, began_at=now, seen_at=now, hours=3, count=12, people=9, expected=0.8, chance=2e-5
    )
    Swell.objects.create(
        category="billing",
        began_at=now,
        seen_at=now,
        hours=24,
        count=40,
        people=31,
        expected=9.5,
        chance=1e-5,
    )
    client = signed_in(staff("boss", "supervisor"))
    home, listed, page = (client.get(path).content.decode() for path in (HOME, LIST, PAGE))
    assert PAGE in home
    assert "/desk/cases/?view=all&amp;category=billing" in home
    assert ["50000" in home, "100000" in home] == [True, True]
    assert PAGE in listed
    assert "138****5678" in page
    assert "13812345678" not in page
    assert page.count("/desk/cases/") >= 4
    assert page.count("<rect ") == 30
    assert "50000" in page


def test_pages_when_empty_then_say_so() -> None:
    organisation()
    client = signed_in(staff("boss", "supervisor"))
    assert [
        client.get(path).status_code for path in (HOME, LIST, f"{LIST}?q=无", f"{HOME}?days=x&line=y")
    ] == [200] * 4
    assert client.get(PAGE).status_code == 404


def test_words_when_the_reader_is_limited_to_another_team_then_not_shown(one) -> None:
    other = accounts.add_team(key="far", name_zh="远", name_en="Far", line=None)
    limited = accounts.create_user(username="far", display_name="Far", by=SYSTEM)
    accounts.grant(limited, role="supervisor", team=other, by=SYSTEM)
    client = signed_in(limited)
    assert "没到账" not in client.get(PAGE).content.decode().replace("会员 · t-one", "")
    assert PAGE not in client.get(HOME).content.decode()
    assert Team.objects.count() == 2


def test_change_when_named_and_given_then_kept_and_in_the_chain(one) -> None:
    lead = staff("boss", "supervisor")
    form = {"title": "会员到账慢", "owner": str(lead.id), "state": "open"}
    for _turn in range(2):
        assert signed_in(lead).post(f"{PAGE}change/", form).headers["Location"] == PAGE
    one.refresh_from_db()
    assert (one.title, one.owner, one.is_kept) == ("会员到账慢", lead, True)
    assert AuditEntry.objects.filter(action="topic.kept", object_id="t-one").count() == 1


def test_change_when_it_names_somebody_then_told_at_the_field_and_typed_stays(one) -> None:
    client = signed_in(staff("boss", "supervisor"))
    answer = client.post(f"{PAGE}change/", {"title": "打13812345678", "owner": "", "state": "open"})
    assert answer.status_code == 400
    assert 'value="打13812345678"' in answer.content.decode()
    assert Topic.objects.get(key="t-one").title == ""


def test_merge_when_chosen_then_one_topic_and_the_old_key_leads_there(one) -> None:
    into = topic("t-two", ("到账太慢", "到账慢", "慢死了", "很慢"))
    client = signed_in(staff("boss", "supervisor"))
    assert client.post(f"{PAGE}merge/", {"into": ""}).status_code == 400
    answer = client.post(f"{PAGE}merge/", {"into": str(into.id)})
    assert answer.headers["Location"] == "/desk/insights/topics/t-two/"
    assert client.get(PAGE).headers["Location"] == "/desk/insights/topics/t-two/"
    into.refresh_from_db()
    assert (into.size, into.members.count()) == (8, 8)


def test_shaping_when_one_only_reads_then_refused_and_no_form(one) -> None:
    client = signed_in(staff("eng", "engineer"))
    assert f"{PAGE}change/" not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}change/", {"title": "x", "state": "open"}).status_code == 403
    assert client.post(f"{PAGE}merge/", {}).status_code == 403
    assert signed_in(staff("liu", "agent")).get(HOME).status_code == 403


def test_export_when_downloaded_then_a_table_and_entered_in_the_chain(one) -> None:
    lead = staff("boss", "supervisor")
    answer = signed_in(lead).get("/desk/insights/export/?days=7")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].lstrip("\ufeff").startswith("list,name,count")
    assert any(line.startswith("topic,会员 · t-one,4,0,4") for line in lines)
    assert AuditEntry.objects.filter(action="insights.exported", actor_id=str(lead.id)).count() == 1
