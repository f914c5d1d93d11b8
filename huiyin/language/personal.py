"""What was learnt from what people wrote: examples, texts to judge, and the words a classifier knows."""

from huiyin.core.persons import LEARNT, THING, WORK, of

HELD = {
    "Example": {
        **of(LEARNT, "text text_index"),
        **of(WORK, "by_kind by_id"),
        **of(THING, "task label model shown_label"),
    },
    "ModelWeights": of(LEARNT, "content"),
    "Sample": {**of(LEARNT, "text text_index"), **of(THING, "task model shown_label")},
}
