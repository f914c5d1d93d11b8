"""What was learnt from what people wrote: examples, texts to judge, and the words a classifier knows."""

from huiyin.core.persons import THING, WORDS, WORK, of

HELD = {
    "Example": {
        **of(WORDS, "text text_index"),
        **of(WORK, "by_kind by_id"),
        **of(THING, "task label model shown_label"),
    },
    "ModelWeights": of(WORDS, "content"),
    "Sample": {**of(WORDS, "text text_index"), **of(THING, "task model shown_label")},
}
