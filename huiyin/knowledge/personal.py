"""Who answers for an article. What readers say of it names nobody."""

from huiyin.core.persons import THING, WORK, of

HELD = {
    "Article": {**of(WORK, "owner"), **of(THING, "key")},
    "Segment": of(THING, "value"),
}
