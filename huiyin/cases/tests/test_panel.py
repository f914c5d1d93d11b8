"""The side panel: who this person is, and which open cases say the same."""

import pytest

from huiyin.accounts.services.contacts import Person
from huiyin.cases import services
from huiyin.cases.selectors import detail, panel
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.privacy.models import Purpose
from huiyin.privacy.services.consent import give_consent, withdraw
from huiyin.voices.models import Voice

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def test_similar_to_when_same_words_then_offers_the_open_ones(agent):
    first = heard("付款成功但会员没有到账，订单一直显示处理中")
    again = heard("付款成功，但会员没有到账！订单一直显示处理中。")
    heard("怎么修改头像")
    assert [each["number"] for each in panel.similar_to(agent, again)] == [first.number]
    services.solve(first, resolution="已补发", by=agent.actor)
    assert panel.similar_to(agent, again) == []


@pytest.mark.parametrize("simhash", ["1234567890123456", "12e4567890123456"])
def test_similar_to_when_a_simhash_looks_like_a_number_then_reads_it_as_text(agent, simhash):
    first, again = heard("付款成功但会员没有到账"), heard("付款成功，但会员没有到账！")
    for voice in Voice.objects.all():
        voice.understanding["simhash"] = simhash
        voice.save(update_fields=["understanding"])
    assert [each["number"] for each in panel.similar_to(agent, again)] == [first.number]


def test_history_of_when_contact_has_others_then_tells_open_from_past(agent):
    person = Person.of(email="wang@example.com")
    first, second, third = (heard(text, person=person) for text in ("一件事", "另一件事", "第三件事"))
    services.solve(first, resolution="好了", by=agent.actor)
    assert [row.number for row in panel.open_cases_of(agent, third)] == [second.number]
    assert [row.number for row in panel.history_of(agent, third)] == [first.number]


def test_satisfaction_of_when_user_judged_then_counts_their_words(agent):
    case = heard()
    services.solve(case, resolution="好了", by=agent.actor)
    services.dispute(case, score=2, by=case.contact.actor)
    services.solve(case, resolution="真的好了", by=agent.actor)
    services.confirm(case, score=4, by=case.contact.actor)
    assert panel.satisfaction_of(case.contact) == panel.Satisfaction(mean=3.0, scores=2, disputed=1)


def test_person_when_they_chose_then_the_panel_tells_what_they_allow(agent):
    case = heard()
    give_consent(case.contact, Purpose.MARKETING, channel="test", by=case.contact.actor)
    withdraw(case.contact, Purpose.ANALYTICS, channel="test", by=case.contact.actor)
    told = {each.label: each.is_on for each in detail.person(case.contact)["permissions"]}
    asked = (Purpose.MARKETING, Purpose.ANALYTICS, Purpose.PERSONALISATION, Purpose.THIRD_PARTY)
    assert [told[str(purpose.label)] for purpose in asked] == [True, False, True, False]
