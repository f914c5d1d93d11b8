"""Topics are made of what several users wrote. Their names hold only words that two of them share, and are made
anew, as their sums are, when one of them is erased."""

from huiyin.core.persons import THING, WORK, of

HELD = {
    "Topic": {**of(WORK, "owner"), **of(THING, "key name title keywords model total")},
    "Member": of(THING, "model category"),
    "Swell": of(THING, "category"),
}
