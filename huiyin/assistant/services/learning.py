"""Rankers learnt of what colleagues judged: fitted, measured on rows they did not see, chosen, taken back."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.assistant import events, selectors
from huiyin.assistant.models import Judgement, Ranker
from huiyin.assistant.ranking import fitting, measures, ranker
from huiyin.assistant.ranking.fitting import Sight
from huiyin.assistant.ranking.ranker import Weights
from huiyin.assistant.selectors import console
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid
from huiyin.language.classify.figures import calibration_error

FOLDS = 5
ALLOWED_LOSS = 0.01  # of calibration or separation, before a candidate counts as worse


def fit(*, by: Actor) -> Ranker:
    """A candidate from all judged answers, with its card: figures on folds it did not see, beside the one in use.

    Refuses under a hundred judged answers. Events: ranker.fitted.
    """
    sights = _sights()
    count = sum(len(rows) for rows in sights.values())
    if count < console.ENOUGH:
        raise Invalid(
            "not_enough_data",
            _("Not enough data: %(count)s of %(enough)s judged answers.")
            % {"count": count, "enough": console.ENOUGH},
        )
    now = selectors.ranker_in_use()
    weights = dict(now.weights)
    before: list[tuple[float, bool]] = []
    after: list[tuple[float, bool]] = []
    for kind, rows in sights.items():
        before += _told(rows, now.weights[kind])
        after += _unseen(rows, now.weights[kind])
        weights[kind] = fitting.fit_confidence(rows, now.weights[kind])
    name = f"judged-{clock.now():%Y%m%d-%H%M%S}"
    card = {"before": _figures(before), "after": _figures(after), "against": now.name}
    return _keep(name, weights, card, count, by)


@transaction.atomic
def choose(candidate: Ranker, *, by: Actor) -> Ranker:
    """Let this ranker answer from now on: a candidate that is no worse than the one in use, or an earlier one again.

    Refuses a candidate that measured worse. Events: ranker.chosen.
    """
    held = Ranker.objects.select_for_update().get(id=candidate.id)
    if held.status == Ranker.Status.LIVE:
        return held
    if held.status == Ranker.Status.CANDIDATE and not beats(held.card):
        raise Conflict("ranker_worse", _("This candidate measured worse than the one in use."))
    before = _retire()
    held.status = Ranker.Status.LIVE
    held.save(update_fields=["status"])
    _tell(held.name, before, by)
    return held


@transaction.atomic
def back_to_shipped(*, by: Actor) -> None:
    """Let the ranker that came with the product answer again. Events: ranker.chosen."""
    before = _retire()
    if before:
        _tell(ranker.shipped().name, before, by)


def beats(card: dict[str, Any]) -> bool:
    """No worse at telling right from wrong, and no worse calibrated, on rows that it had not seen."""
    before, after = card["before"], card["after"]
    return bool(
        after["auroc"] >= before["auroc"] - ALLOWED_LOSS and after["off"] <= before["off"] + ALLOWED_LOSS
    )


def _sights() -> dict[str, list[Sight]]:
    """How each judged answer stood out, by what was looked at then."""
    found: dict[str, list[Sight]] = {}
    rows = Judgement.objects.filter(turn__confidence__isnull=False).order_by("id")
    for signs, verdict in rows.values_list("turn__signs", "verdict")[: console.JUDGED_READ]:
        if signs.get("standing"):
            right = verdict == Judgement.Verdict.RIGHT
            is_answerable = verdict != Judgement.Verdict.NO_ANSWER
            sight = Sight(tuple(signs["standing"]), right, is_answerable)
            found.setdefault(signs["mode"], []).append(sight)
    return found


def _unseen(rows: Sequence[Sight], now: Weights) -> list[tuple[float, bool]]:
    """Confidence and truth of each row by weights that did not see it."""
    told: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        others = [each for place, each in enumerate(rows) if place % FOLDS != fold]
        held = [each for place, each in enumerate(rows) if place % FOLDS == fold]
        told += _told(held, fitting.fit_confidence(others, now) if others else now)
    return told


def _told(rows: Sequence[Sight], weights: Weights) -> list[tuple[float, bool]]:
    return [(ranker.sure(each.standing, weights), each.right) for each in rows]


def _figures(judged: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    right = [confidence for confidence, is_right in judged if is_right]
    wrong = [confidence for confidence, is_right in judged if not is_right]
    at = measures.threshold_for(judged, selectors.tuning().precision)
    return {
        "rows": len(judged),
        "auroc": round(measures.auroc(right, wrong) or 0.5, 3),
        "off": round(calibration_error(judged), 3),
        "answered": round(measures.answered_at(judged, at), 3) if at is not None else 0.0,
    }


@transaction.atomic
def _keep(name: str, weights: dict[str, Weights], card: dict[str, Any], rows: int, by: Actor) -> Ranker:
    plain = json.loads(json.dumps({kind: asdict(each) for kind, each in weights.items()}))
    made = Ranker(name=name, weights=plain, card=card, rows=rows)
    made.save(force_insert=True)
    journal.publish(events.RankerFitted(subject=str(made.id), rows=rows), by=by)
    return made


def _retire() -> str:
    live = Ranker.objects.select_for_update().filter(status=Ranker.Status.LIVE).first()
    if live is None:
        return ""
    live.status = Ranker.Status.RETIRED
    live.save(update_fields=["status"])
    return live.name


def _tell(name: str, before: str, by: Actor) -> None:
    journal.publish(events.RankerChosen(subject=name, before=before), by=by)
