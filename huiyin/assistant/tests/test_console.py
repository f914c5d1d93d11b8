"""Judging, thresholds, topics and rankers: what they need, what they tell, and what they change."""

import pytest

from huiyin.accounts.models import User
from huiyin.assistant.models import HumanTopic, Judgement, Phrasing, Ranker, Tuning, Turn
from huiyin.assistant.selectors import catalogue, console, live_ranker, ranker_in_use, tuning
from huiyin.assistant.services import judging, learning
from huiyin.assistant.services import tuning as thresholds
from huiyin.assistant.tests.factories import answered, begun, help_centre
from huiyin.cases.tests.factories import organisation, staff
from huiyin.cases.tests.watching import telling
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    organisation()
    catalogue.forget_index()
    return staff("wanghong", "owner")


def asked_about_passwords() -> Turn:
    help_centre()
    turn = answered(begun(), "密码想不起来")
    assert isinstance(turn, Turn)
    return turn


def many_judged(owner: User, *, right_from: float = 0.5, count: int = 120) -> None:
    """Answers of rising confidence, right from one on."""
    dialogue = begun()
    for number in range(count):
        sure = number / count
        turn = Turn.objects.create(
            dialogue=dialogue,
            number=number + 1,
            speaker=Turn.Speaker.ASSISTANT,
            act=Turn.Act.ANSWER,
            confidence=sure,
            signs={"mode": "words", "standing": [0.0, 0.0, sure, sure, sure, sure, 0.5, 1.0, 2.0]},
        )
        verdict = Judgement.Verdict.RIGHT if sure >= right_from else Judgement.Verdict.WRONG
        Judgement.objects.create(turn=turn, verdict=verdict, by=owner)


def test_judge_when_right_teaches_the_phrasing(owner: User) -> None:
    turn = asked_about_passwords()
    with telling("answer.") as told:
        judging.judge(turn, verdict="right", judge=owner, by=owner.actor)
    learnt = Phrasing.objects.get(kind=Phrasing.Kind.LEARNT)
    assert (learnt.text, str(learnt.variant.article_id)) == ("密码想不起来", turn.candidates[0]["article"])
    assert told == ["answer.judged"]


def test_judge_again_as_no_answer_takes_the_phrasing_back(owner: User) -> None:
    turn = asked_about_passwords()
    judging.judge(turn, verdict="right", judge=owner, by=owner.actor)
    judging.judge(turn, verdict="no_answer", judge=owner, by=owner.actor)
    assert not Phrasing.objects.filter(kind=Phrasing.Kind.LEARNT).exists()
    assert Judgement.objects.get().verdict == Judgement.Verdict.NO_ANSWER


def test_judge_when_the_question_holds_a_number_of_a_person_learns_nothing(owner: User) -> None:
    help_centre()
    turn = answered(begun(), "忘记密码，手机 13800138000")
    assert isinstance(turn, Turn)
    judging.judge(turn, verdict="right", judge=owner, by=owner.actor)
    assert not Phrasing.objects.filter(kind=Phrasing.Kind.LEARNT).exists()


def test_judge_when_the_verdict_is_unknown_refuses(owner: User) -> None:
    turn = asked_about_passwords()
    with pytest.raises(Invalid):
        judging.judge(turn, verdict="perhaps", judge=owner, by=owner.actor)
    assert not Judgement.objects.exists()


def test_judged_answers_give_precision_with_its_interval(owner: User) -> None:
    many_judged(owner)
    Tuning.objects.create(answer_at=0.5, offer_at=0.1)
    told = console.certainty()
    assert (told["judged"], told["is_enough"], told["precision"].percent) == (120, True, 100)
    assert told["precision"].share.low == pytest.approx(0.94, abs=0.01)


def test_tune_for_a_precision_takes_the_threshold_that_judgements_bear_out(owner: User) -> None:
    many_judged(owner, right_from=0.5)
    with telling("assistant.") as told:
        thresholds.tune_for(0.95, user=owner, by=owner.actor)
    # 60 right answers bear three wrong ones: 60 of 63 are right.
    assert tuning().answer_at == pytest.approx(57 / 120, abs=0.001)
    assert told == ["assistant.tuned"]
    assert AuditEntry.objects.filter(action="assistant.tuned").count() == 1


def test_tune_for_a_precision_without_a_hundred_judgements_refuses(owner: User) -> None:
    many_judged(owner, count=99)
    with pytest.raises(Invalid) as refusal:
        thresholds.tune_for(0.9, user=owner, by=owner.actor)
    assert refusal.value.code == "not_enough_data"
    assert not Tuning.objects.exists()


def test_tune_when_offering_stands_above_answering_refuses(owner: User) -> None:
    with pytest.raises(Invalid) as refusal:
        thresholds.tune(answer_at=0.4, offer_at=0.6, failures=3, user=owner, by=owner.actor)
    assert refusal.value.data["field"] == "offer_at"


def test_keep_topic_twice_is_one_and_removal_takes_it_away(owner: User) -> None:
    first = thresholds.keep_topic("words", "发票", user=owner, by=owner.actor)
    assert thresholds.keep_topic("words", "发票", user=owner, by=owner.actor) == first
    thresholds.remove_topic(first, by=owner.actor)
    assert not HumanTopic.objects.exists()


def test_fit_without_a_hundred_judgements_refuses(owner: User) -> None:
    with pytest.raises(Invalid):
        learning.fit(by=owner.actor)
    assert not Ranker.objects.exists()


def test_fit_makes_a_candidate_that_is_used_only_once_chosen(owner: User) -> None:
    many_judged(owner)
    with telling("ranker.") as told:
        candidate = learning.fit(by=owner.actor)
        assert live_ranker() is None
        learning.choose(candidate, by=owner.actor)
    assert live_ranker() == candidate
    assert candidate.card["after"]["off"] <= candidate.card["before"]["off"]
    assert told == ["ranker.fitted", "ranker.chosen"]


def test_choose_a_candidate_that_measured_worse_refuses(owner: User) -> None:
    card = {"before": {"auroc": 0.9, "off": 0.02}, "after": {"auroc": 0.7, "off": 0.02}}
    worse = Ranker.objects.create(name="worse", weights={}, card=card, rows=120)
    with pytest.raises(Conflict):
        learning.choose(worse, by=owner.actor)
    assert live_ranker() is None


def test_back_to_shipped_retires_the_one_in_use(owner: User) -> None:
    many_judged(owner)
    candidate = learning.choose(learning.fit(by=owner.actor), by=owner.actor)
    learning.back_to_shipped(by=owner.actor)
    candidate.refresh_from_db()
    assert (candidate.status, ranker_in_use().name) == (Ranker.Status.RETIRED, "shipped-2")


def test_to_judge_gives_at_most_twenty_and_the_same_again(owner: User) -> None:
    help_centre()
    for _number in range(23):
        answered(begun(), "怎么退款")
    first = [row["id"] for row in console.to_judge()]
    assert len(first) == 20
    assert [row["id"] for row in console.to_judge()] == first
