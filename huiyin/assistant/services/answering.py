"""The assistant's answer to a question: an article, three, a question back, a plain "I do not know", or a person."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.assistant import selectors, wishes
from huiyin.assistant.models import Dialogue, Handoff, HumanTopic, Tuning, Turn
from huiyin.assistant.ranking.quoting import quoted
from huiyin.assistant.selectors import catalogue, flows
from huiyin.assistant.selectors.finding import Answerable, find, question_before
from huiyin.assistant.services import flow_runs
from huiyin.assistant.services.dialogues import ASSISTANT, Reply, pick, say
from huiyin.assistant.services.handing import hand_over
from huiyin.assistant.services.rewording import in_own_words
from huiyin.core.actors import Actor
from huiyin.language import services as language
from huiyin.language.normalise import fold
from huiyin.language.verdicts import Understanding

OFFERED = 3
# Two answers that share the belief between them are asked about, not guessed at.
TOGETHER, SECOND = 0.75, 0.25
SURE_OF_TOPIC = 0.5


def respond(asked: Turn, *, by: Actor = ASSISTANT) -> Turn | Handoff | None:
    """Answer a visitor's turn, or hand over. None when people or another answer were there first.

    Hands over when the visitor asks for a person, is angry or in danger, when the topic is for people only, and
    when as many questions in a row failed as the thresholds allow.
    """
    dialogue = asked.dialogue
    meaning = language.understand(asked.text, products=people.directory().product_names())
    reason = reason_for_people(asked.text, meaning)
    if reason:
        return hand_over(dialogue, reason=reason, by=by)
    flow = flows.flow_for_words(asked.text, dialogue.lang)
    if flow is not None and flows.run_of(dialogue) is None:
        flow_runs.answer_with(flow, asked, by=by)
        return flows.handoff_in(dialogue) or selectors.turns_of(dialogue)[-1]
    found = find(asked.text, lang=dialogue.lang, before=question_before(asked))
    with translation.override("en" if dialogue.lang == "en" else "zh-hans"):
        reply = reply_to(asked.text, found, lang=dialogue.lang)
    if _is_last_straw(dialogue, reply):
        return hand_over(dialogue, reason=Handoff.Reason.FAILED, by=by)
    return say(asked, in_own_words(asked, reply, meaning), by=by)


def choose(turn: Turn, *, article: str, by: Actor) -> Turn:
    """Tell the article that the visitor chose of those offered. Refusals and events are those of `pick`."""
    question = question_before(turn)
    answer = told({"article": article, "title": ""}, question, lang=turn.dialogue.lang)
    return pick(turn, article=article, answer=answer, by=by)


def hand_over_after_failures(dialogue: Dialogue) -> Handoff | None:
    """Call a person once the visitor has said no as often in a row as the thresholds allow."""
    dialogue.refresh_from_db()
    if not dialogue.is_open or dialogue.failures < selectors.tuning().failures:
        return None
    return hand_over(dialogue, reason=Handoff.Reason.FAILED)


def reason_of_call(dialogue: Dialogue) -> str:
    """Why the visitor calls a person: because we did not know, or because they would rather."""
    said = dialogue.turns.filter(speaker=Turn.Speaker.ASSISTANT).order_by("-number").first()
    missed = said is not None and said.act == Turn.Act.MISS
    return Handoff.Reason.UNSURE.value if missed else Handoff.Reason.ASKED.value


def reason_for_people(text: str, meaning: Understanding) -> str:
    """Why no automatic answer should come; empty when one may."""
    if wishes.wants_person(text):
        return Handoff.Reason.ASKED.value
    if wishes.is_angry(text, meaning) or wishes.must_be_heard(meaning):
        return Handoff.Reason.ANGER.value
    return Handoff.Reason.TOPIC.value if _is_for_people(text, meaning) else ""


def decision(confidence: float, shares: Sequence[float], tuning: Tuning) -> str:
    """What to do with what was found: answer, ask back between two, offer several, or say that we do not know."""
    if confidence >= tuning.answer_at:
        return Turn.Act.ANSWER
    if not shares or confidence < tuning.offer_at:
        return Turn.Act.MISS
    near = len(shares) > 1 and shares[0] + shares[1] >= TOGETHER and shares[1] >= SECOND
    return Turn.Act.CLARIFY if near else Turn.Act.OFFER


def reply_to(question: str, found: Answerable, *, lang: str) -> Reply:
    """The words for what was found, with what they were chosen from."""
    confidence = found.found.confidence
    act = decision(confidence, [each["score"] for each in found.candidates], selectors.tuning())
    shown = {Turn.Act.ANSWER: 1, Turn.Act.CLARIFY: 2, Turn.Act.OFFER: OFFERED}.get(Turn.Act(act), 0)
    if act == Turn.Act.ANSWER:
        text = told(found.candidates[0], question, lang=lang)
    else:
        text = {
            Turn.Act.CLARIFY: _("Which of these two do you mean?"),
            Turn.Act.OFFER: _("I am not sure. Is it one of these?"),
        }.get(Turn.Act(act), _("I do not know this one. Please say it in other words, or let a person help."))
    return Reply(
        act=act,
        text=text,
        candidates=[{**each, "shown": place < shown} for place, each in enumerate(found.candidates)],
        confidence=round(confidence, 4),
        signs={"mode": found.found.mode, "standing": list(found.found.standing)},
        ranker=found.ranker,
    )


def told(candidate: dict[str, Any], question: str, *, lang: str) -> str:
    """An article in its own words, as far as they bear on the question; the page links the whole."""
    for passage in catalogue.passages([candidate["article"]], lang=lang):
        return quoted(passage.body, question)
    return str(candidate["title"])


def _is_for_people(text: str, meaning: Understanding) -> bool:
    said, category = fold(text), meaning.category
    sure_of = category.label if category.confidence >= SURE_OF_TOPIC else ""
    return any(
        fold(topic.value) in said if topic.kind == HumanTopic.Kind.WORDS else topic.value == sure_of
        for topic in selectors.human_topics()
    )


def _is_last_straw(dialogue: Dialogue, reply: Reply) -> bool:
    """Would this be one failure more than the thresholds allow?"""
    return reply.act == Turn.Act.MISS and dialogue.failures + 1 >= selectors.tuning().failures
