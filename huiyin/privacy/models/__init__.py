"""Tables of privacy, by noun."""

from huiyin.privacy.models.consent import Consent, ConsentText, Purpose
from huiyin.privacy.models.guardians import AgeCorrection, Guardianship
from huiyin.privacy.models.purposes import AddedPurpose
from huiyin.privacy.models.rights import Erasure, Export, Request
from huiyin.privacy.models.rules import Assessment, Hold, RetentionRule, RetentionRun, Transfer

__all__ = [
    "AddedPurpose",
    "AgeCorrection",
    "Assessment",
    "Consent",
    "ConsentText",
    "Erasure",
    "Export",
    "Guardianship",
    "Hold",
    "Purpose",
    "Request",
    "RetentionRule",
    "RetentionRun",
    "Transfer",
]
