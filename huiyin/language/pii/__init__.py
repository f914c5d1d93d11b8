"""Personal data in free text: found with its place, masked for readers, taken out and put back for models.

Pure rules with check digits, a list of the country's divisions and the segmenter's names; no model, no network.
"""

from huiyin.language.pii.finding import find
from huiyin.language.pii.masking import Vault, mask, masked, redacted, restore
from huiyin.language.pii.spans import LABELS, Span

__all__ = ["LABELS", "Span", "Vault", "find", "mask", "masked", "redacted", "restore"]
