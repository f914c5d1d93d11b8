"""Text classifiers for few rows: three voices on a text, mixed and calibrated by cross-validation.

Vectors in, verdicts out; nothing here loads an encoder or knows a table.
"""

from huiyin.language.classify.classifier import ModelCard, TextClassifier
from huiyin.language.classify.figures import interval, judged
from huiyin.language.classify.keeping import frozen, thawed
from huiyin.language.classify.trial import ENOUGH, Trial

__all__ = ["ENOUGH", "ModelCard", "TextClassifier", "Trial", "frozen", "interval", "judged", "thawed"]
