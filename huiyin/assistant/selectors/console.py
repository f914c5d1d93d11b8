"""How well the assistant does: what it did, how sure and how right it was, and what came of it."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.assistant.models import Handoff, Judgement, Outcome, Turn
from huiyin.assistant.ranking import measures
from huiyin.assistant.selectors.settings import tuning
from huiyin.core import clock, markdown
from huiyin.language import pii
from huiyin.language.classify.figures import calibration_error, curve

DAYS = 30
ENOUGH = 100  # judged answers; fewer say too little to decide by
JUDGED_READ = 2_000
SHOWN = 50
AT_ONCE = 20
RECENT = 400
ACTS = (Turn.Act.ANSWER, Turn.Act.OFFER, Turn.Act.CLARIFY, Turn.Act.MISS)


@dataclass(frozen=True, slots=True)
class Told:
    """One share in words: how much, of how many, within which bounds."""

    share: measures.Share

    @property
    def percent(self) -> int:
        return round(100 * self.share.value)

    @property
    def bounds(self) -> str:
        return f"{round(100 * self.share.low)}-{round(100 * self.share.high)} %"


def figures() -> dict[str, Any]:
    """The last thirty days in numbers. An answer that nobody spoke of is neither a success nor a failure."""
    since = clock.now() - timedelta(days=DAYS)
    turns = Turn.objects.filter(at__gte=since, speaker=Turn.Speaker.ASSISTANT)
    acts = Counter(dict(turns.values_list("act").annotate(Count("id"))))
    said = Counter(dict(turns.filter(act=Turn.Act.ANSWER).values_list("outcome").annotate(Count("id"))))
    reasons = dict(Handoff.objects.filter(at__gte=since).values_list("reason").annotate(Count("id")))
    asked = sum(acts[act] for act in ACTS)
    return {
        "days": DAYS,
        "asked": asked,
        "answered": Told(measures.share(acts[Turn.Act.ANSWER], asked)),
        "acts": [(act.label, acts[act], _width(acts[act], asked)) for act in ACTS],
        "outcomes": [
            (outcome.label, said[outcome], _width(said[outcome], sum(said.values()))) for outcome in Outcome
        ],
        "handed": sum(reasons.values()),
        "reasons": [(reason.label, reasons[reason]) for reason in Handoff.Reason if reason in reasons],
    }


def judged() -> list[tuple[float, bool]]:
    """Confidence and truth of the newest judged answers: was the article that came first the right one?"""
    rows = Judgement.objects.filter(turn__confidence__isnull=False).order_by("-at", "-id")
    told = rows.values_list("turn__confidence", "verdict")[:JUDGED_READ]
    return [(float(confidence or 0.0), verdict == Judgement.Verdict.RIGHT) for confidence, verdict in told]


def certainty() -> dict[str, Any]:
    """The confidence curve and the precision at the threshold in use, with its interval and number of rows."""
    rows, settings = judged(), tuning()
    return {
        "judged": len(rows),
        "enough": ENOUGH,
        "is_enough": len(rows) >= ENOUGH,
        "precision": Told(measures.precision_at(rows, settings.answer_at)),
        "answered": round(100 * measures.answered_at(rows, settings.answer_at)),
        "off": round(100 * calibration_error(rows)),
        "bins": [
            {"sure": round(100 * each.confidence), "right": round(100 * each.right), "rows": each.rows}
            for each in curve(rows)
        ],
    }


def told_lately(params: dict[str, str]) -> dict[str, Any]:
    """What was asked and answered, newest first, by what was done and what the user said of it."""
    act, outcome = params.get("act", ""), params.get("outcome", "")
    turns = _answers()
    if act in {each.value for each in ACTS}:
        turns = turns.filter(act=act)
    if outcome in Outcome.values:
        turns = turns.filter(outcome=outcome)
    return {
        "rows": [_row(turn, question) for turn, question in with_questions(list(turns[:SHOWN]))],
        "chips": [
            _chip(_("All"), "", "", act, outcome),
            *(_chip(each.label, each.value, "", act, outcome) for each in ACTS),
            *(_chip(each.label, "", each.value, act, outcome) for each in Outcome),
        ],
    }


def to_judge() -> list[dict[str, Any]]:
    """Twenty answers that nobody judged: half of them near the threshold, where a word tells most, half by chance."""
    lately = list(_answers().filter(judgement=None, confidence__isnull=False)[:RECENT])
    at = tuning().answer_at
    near = sorted(lately, key=lambda turn: abs((turn.confidence or 0.0) - at))[: AT_ONCE // 2]
    others = [turn for turn in lately if turn not in near]
    # The same twenty stand there when the page is sent: by the oldest of them, not by the moment.
    chance = random.Random(str(lately[-1].id) if lately else "").sample  # noqa: S311
    chosen = near + chance(others, min(len(others), AT_ONCE - len(near)))
    return [_row(turn, question) for turn, question in with_questions(chosen)]


def answers_named(ids: Sequence[str]) -> dict[str, Turn]:
    """Those of these turns that may be judged, by id."""
    return {str(turn.id): turn for turn in _answers().filter(id__in=ids)}


def with_questions(turns: Sequence[Turn]) -> list[tuple[Turn, Turn | None]]:
    """Each answer with the visitor's turn before it."""
    asked = Turn.objects.filter(
        dialogue__in={turn.dialogue_id for turn in turns}, speaker=Turn.Speaker.VISITOR
    ).select_related("dialogue")
    known = {(turn.dialogue_id, turn.number): turn for turn in asked}
    return [(turn, known.get((turn.dialogue_id, turn.number - 1))) for turn in turns]


def _answers() -> QuerySet[Turn]:
    answers = Turn.objects.filter(speaker=Turn.Speaker.ASSISTANT, act__in=ACTS)
    return answers.select_related("dialogue", "judgement").order_by("-at", "-id")


def _row(turn: Turn, question: Turn | None) -> dict[str, Any]:
    first = turn.candidates[0] if turn.candidates else None
    verdict = getattr(turn, "judgement", None)
    return {
        "id": turn.id,
        "question": pii.redacted(question.text) if question else "",
        "act": Turn.Act(turn.act).label,
        "article": first["title"] if first else "",
        "article_url": reverse("kb_article", args=[first["key"]]) if first else "",
        "others": turn.candidates[1:],
        "text": markdown.plain(turn.text) if turn.act == Turn.Act.ANSWER else "",
        "percent": round(100 * turn.confidence) if turn.confidence is not None else None,
        "outcome": Outcome(turn.outcome).label,
        "tone": {"confirmed": "good", "contradicted": "warning"}.get(turn.outcome, ""),
        "verdict": verdict.get_verdict_display() if verdict else "",
        "at": turn.at,
    }


def _chip(label: Any, act: str, outcome: str, now_act: str, now_outcome: str) -> dict[str, Any]:
    query = {name: value for name, value in (("act", act), ("outcome", outcome)) if value}
    return {
        "label": label,
        "url": f"?{urlencode(query)}#lately",
        "current": (act, outcome) == (now_act, now_outcome),
    }


def _width(part: int, whole: int) -> int:
    """Percent, for a bar."""
    return round(100 * part / whole) if whole else 0
