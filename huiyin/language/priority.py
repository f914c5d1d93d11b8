"""Priority from urgency, impact and the user's tier: a table of points that a person can re-do on paper."""

from collections.abc import Sequence

from huiyin.language.verdicts import Evidence, Signal, Verdict

MODEL = "priority-rules-1"
ORDER = ("low", "normal", "high", "urgent")
_TIERS = {"standard": 0, "vip": 1, "enterprise": 1}
# Kinds of signal that alone make a case urgent: waiting an hour does harm that cannot be undone.
_AT_ONCE = frozenset({"account_theft", "safety", "data_leak"})
_GRAVE = frozenset({"funds", "outage", "threat", "injury", "legal", "loss", "deadline"})
# Somebody's money or personal data is never of low priority, even as a calm question.
_NEVER_LOW = frozenset({"payment", "refund", "privacy"})


def assess(
    urgency: Sequence[Signal],
    impact: Sequence[Evidence],
    *,
    kind: str = "request",
    category: str = "",
    sentiment: str = "neutral",
    tier: str = "standard",
) -> Verdict:
    """The priority with its reasons as evidence; `tier` lifts by one step, never to urgent by itself."""
    present = {signal.kind for signal in urgency}
    many = any(piece.kind == "many" for piece in impact)
    rank, sure = _rank(present, many, kind, sentiment)
    if rank == 0 and category in _NEVER_LOW and kind != "suggestion":
        rank, sure = 1, 0.55
    if category == "praise" and sentiment == "positive" and not present:
        rank, sure = 0, 0.8
    reasons = [_reason(signal) for signal in urgency] + [
        Evidence("impact", p.text, p.start, p.end) for p in impact
    ]
    reasons += [Evidence("rule", f"kind:{kind}", weight=0.4)]
    if _TIERS.get(tier, 0) and rank < 2:
        rank += 1
        reasons.append(Evidence("tier", tier, weight=0.8))
    unique = {(piece.kind, piece.text): piece for piece in sorted(reasons, key=lambda r: r.weight)}
    ranked = sorted(unique.values(), key=lambda piece: -piece.weight)
    return Verdict(ORDER[rank], sure, tuple(ranked[:6]), MODEL)


def _rank(present: set[str], many: bool, kind: str, sentiment: str) -> tuple[int, float]:
    """Rank 0..3 and how sure the table is of it."""
    if present & _AT_ONCE:
        return 3, 0.9
    if many and present & {"outage", "funds", "loss"}:
        return 3, 0.85
    if "outage" in present:
        return (3 if kind in {"fault", "complaint"} else 2), 0.7
    if present & _GRAVE:
        return 2, 0.75
    if many and kind in {"fault", "complaint"}:
        return 2, 0.6
    if kind == "complaint" and present & {"anger", "repeated"}:
        return 2, 0.6
    if not present and (kind == "suggestion" or (kind == "question" and sentiment != "negative")):
        return 0, 0.7
    return 1, 0.6


def _reason(signal: Signal) -> Evidence:
    return Evidence(
        f"urgency:{signal.kind}", signal.text, signal.start, signal.end, weight=float(signal.level)
    )
