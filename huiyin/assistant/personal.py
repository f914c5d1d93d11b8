"""What a dialogue holds about its visitor, and who set and judged what."""

from huiyin.core.persons import IDENTITY, SERVICE, THING, WORDS, WORK, of

HELD = {
    "Dialogue": of(IDENTITY, "contact"),
    "Turn": {**of(WORDS, "text"), **of(SERVICE, "candidates signs"), **of(THING, "ranker")},
    "Handoff": of(SERVICE, "intent sentiment"),
    "Phrasing": {**of(WORDS, "text vector fine_vector"), **of(THING, "model fine_model")},
    "Tuning": of(WORK, "by"),
    "HumanTopic": {**of(WORK, "by"), **of(THING, "value")},
    "Judgement": of(WORK, "by"),
    "WritingSwitch": {**of(WORK, "by"), **of(THING, "place")},
    "FlowVersion": {**of(WORK, "by"), **of(THING, "steps")},
    "FlowRun": {**of(SERVICE, "answers reason"), **of(THING, "step")},
    "FlowAction": of(THING, "key title url secret gives"),
}
