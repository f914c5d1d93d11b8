"""May a candidate take the place of the classifier in use? Decided on rows that neither has learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from huiyin.language.classify.classifier import ModelCard, TextClassifier
from huiyin.language.classify.figures import judged
from huiyin.language.verdicts import Example

if TYPE_CHECKING:
    from huiyin.language.classify.numbers import Matrix

# Fewer judged rows prove nothing: the interval of a share is then wider than ten points.
ENOUGH = 100
_CALIBRATED = 0.05

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Trial:
    """A fitted candidate, its figures beside those of the one it had to beat, and the outcome."""

    card: ModelCard
    weights: bytes
    goes_live: bool
    own: Figures = field(default_factory=dict)
    rival: Figures = field(default_factory=dict)
    rival_name: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"own": self.own, "rival": self.rival, "rival_name": self.rival_name}


def held_figures(classifier: TextClassifier, held: Sequence[Example], vectors: "Matrix") -> Figures:
    """Figures on the rows held out; a label that the classifier does not know counts as missed."""
    if not held:
        return {}
    at = {label: i for i, label in enumerate(classifier.card.classes)}
    odds = classifier.probabilities([row.text for row in held], vectors)
    return judged(odds, [at.get(row.label, -1) for row in held])


def is_better(own: Figures, rival: Figures) -> bool:
    """More right than the rival and honest about it; with too few rows to tell, merely not worse."""
    if not rival:
        return True
    if own["judged_rows"] < ENOUGH:
        return own["accuracy"] >= rival["accuracy"]
    honest = own["calibration_error"] <= max(_CALIBRATED, rival["calibration_error"])
    ahead = (own["accuracy"], own["macro_f1"]) > (rival["accuracy"], rival["macro_f1"])
    return honest and ahead
