"""What a case holds about its user, and about the staff who work on it."""

from huiyin.core.persons import IDENTITY, SERVICE, THING, WORDS, WORK, of

HELD = {
    "Case": {
        **of(IDENTITY, "contact"),
        **of(WORDS, "subject preview private"),
        **of(SERVICE, "category language sentiment tags fields understanding last_speaker"),
        **of(SERVICE, "temporary_fix lasting_fix resolution"),
        **of(WORK, "owner"),
        **of(THING, "next_due_kind"),
    },
    "Confirmation": of(WORDS, "comment"),
    "Note": {**of(SERVICE, "body"), **of(WORK, "author")},
    "Draft": {**of(SERVICE, "body"), **of(WORK, "user")},
    "Clock": of(THING, "reason events trace"),
    "PolicyVersion": {**of(WORK, "author"), **of(THING, "rules")},
    "Script": {**of(WORK, "owner"), **of(THING, "shortcut title body_zh body_en")},
    "Macro": {**of(WORK, "owner"), **of(THING, "name actions")},
    "SavedView": of(WORK, "user name query"),
    "Watcher": of(WORK, "user"),
    "Mention": of(WORK, "user"),
    "Notice": of(WORK, "user"),
}
