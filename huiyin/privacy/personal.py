"""What privacy itself holds about people: the proof of what they chose and demanded."""

from huiyin.core.persons import CONSENT, MINOR, SERVICE, THING, WORK, of

HELD = {
    "Consent": {**of(CONSENT, "contact address by_kind by_id"), **of(THING, "purpose text_digest channel")},
    "Request": {**of(CONSENT, "contact"), **of(THING, "channel")},
    "Export": {**of(CONSENT, "contact"), **of(THING, "stored_as sha256")},
    "Erasure": {**of(CONSENT, "contact traces"), **of(THING, "certificate removed")},
    "AddedPurpose": {**of(WORK, "added_by"), **of(THING, "key label_zh label_en")},
    "Guardianship": of(MINOR, "contact address index"),
    "AgeCorrection": {**of(MINOR, "contact"), **of(SERVICE, "reason"), **of(WORK, "by")},
    "Hold": {**of(CONSENT, "contact"), **of(WORK, "placed_by ended_by")},
    "Assessment": {**of(WORK, "made_by"), **of(THING, "subject purpose necessity effects safeguards")},
    "Transfer": {
        **of(WORK, "declared_by"),
        **of(THING, "recipient host country purpose data_classes assessment"),
    },
}
