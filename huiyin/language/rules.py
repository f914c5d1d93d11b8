"""Understanding by rules alone: no model, no numpy, under a millisecond: what remains when models fail."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from huiyin.language import detect, duplicates, packs, priority, urgency
from huiyin.language.normalise import Normal, fold, normal
from huiyin.language.phrases import Hit
from huiyin.language.verdicts import Evidence, Understanding, Verdict

Products = Mapping[str, Sequence[str]]
MODEL = "phrases-1"
# The beginning says what it is about, the end what is wanted; the middle costs more than it tells.
_HEAD, _TAIL = 1_500, 500
_DEFAULTS = {"category": "other", "kind": "request", "sentiment": "neutral"}
_MASKING = frozenset({"neutral"})


def understand(text: str, *, subject: str = "", products: Products | None = None) -> Understanding:
    """Every verdict that phrases can give; `complete` is false."""
    whole = f"{subject}\n{text}" if subject else text
    view = _window(whole)
    folded = normal(view)
    hits = packs.phrases().find(folded.text)
    urgent = urgency.signals(view, folded, hits)
    hurt = urgency.impact(view, folded, hits)
    feeling = sentiment(view, folded, hits)
    category = _by_phrases("category", view, folded, hits)
    kind = _by_phrases("kind", view, folded, hits)
    return Understanding(
        language=detect.language(whole),
        sentiment=feeling,
        category=category,
        kind=kind,
        priority=priority.assess(
            urgent, hurt, kind=kind.label, category=category.label, sentiment=feeling.label
        ),
        product=product(whole, products),
        urgency=urgent,
        impact=hurt,
        digest=duplicates.digest(text),
        simhash=duplicates.simhash(text),
    )


def sentiment(view: str, folded: Normal, hits: Sequence[Hit]) -> Verdict:
    """From the balance of praising and blaming words; a negation turns a word round."""
    balance, evidence = 0.0, []
    for hit in hits:
        if hit.task != "sentiment" or hit.label in _MASKING:
            continue
        sign = -1.0 if (hit.label == "negative") != hit.negated else 1.0
        balance += sign * (0.6 if hit.negated else 1.0)
        start, end = folded.span(hit.start, hit.end)
        evidence.append(Evidence("positive" if sign > 0 else "negative", view[start:end], start, end))
    label = "neutral" if abs(balance) < 0.5 else ("positive" if balance > 0 else "negative")
    sure = 0.55 if label == "neutral" else 1 / (1 + math.exp(-0.3 - 0.6 * abs(balance)))
    agreeing = [piece for piece in evidence if piece.kind == label]
    return Verdict(label, round(min(sure, 0.95), 3), tuple(agreeing[:5]), MODEL)


def product(text: str, products: Products | None) -> Verdict | None:
    """The product that the text names, by its name or an alias; the longest mention wins."""
    if not products:
        return None
    folded = fold(text[: _HEAD + _TAIL])
    found = [
        (len(name), key, name)
        for key, names in products.items()
        for name in names
        if name and fold(name) in folded
    ]
    if not found:
        return None
    length, key, name = max(found)
    others = tuple(
        dict.fromkeys(other for _length, other, _name in sorted(found, reverse=True) if other != key)
    )
    start = folded.find(fold(name))
    confidence = 0.9 if not others else 0.7
    evidence = (Evidence("word", name, start, start + length),)
    return Verdict(key, confidence, evidence, "names-1", tuple((other, 0.2) for other in others[:3]))


def _by_phrases(task: str, view: str, folded: Normal, hits: Sequence[Hit]) -> Verdict:
    scores: Counter[str] = Counter()
    evidence: dict[str, list[Evidence]] = {}
    for hit in hits:
        if hit.task == task and not (hit.negated and task == "sentiment"):
            # A longer phrase tells more: 自动续费 against 怎么.
            weight = math.log2(1 + len(hit.phrase.encode()) / 3)
            scores[hit.label] += weight  # type: ignore[assignment]
            start, end = folded.span(hit.start, hit.end)
            evidence.setdefault(hit.label, []).append(
                Evidence("word", view[start:end], start, end, round(weight, 2))
            )
    if not scores:
        return Verdict(_DEFAULTS[task], 0.3, (), MODEL)
    (label, best), *rest = scores.most_common(4)
    total = sum(scores.values()) + 1.0
    others = tuple((other, round(score / total, 3)) for other, score in rest)
    return Verdict(label, round(min(best / total, 0.9), 3), tuple(evidence[label][:5]), MODEL, others)


def _window(text: str) -> str:
    if len(text) <= _HEAD + _TAIL:
        return text
    return text[:_HEAD] + text[-_TAIL:]
