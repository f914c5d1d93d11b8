"""Who answers for an article. What readers say of it names nobody."""

from huiyin.core.persons import THING, WORK, of

HELD = {
    "Article": {**of(WORK, "owner"), **of(THING, "key origin")},
    "Import": {**of(WORK, "by"), **of(THING, "name counts refusals reason")},
    "Review": of(WORK, "asked_by answered_by note answer"),
    "Segment": of(THING, "value"),
}
