"""What was learnt from what people wrote: examples of texts with a label that somebody gave."""

from huiyin.core.persons import THING, WORDS, WORK, of

HELD = {
    "Example": {
        **of(WORDS, "text text_index"),
        **of(WORK, "by_kind by_id"),
        **of(THING, "task label model shown_label"),
    },
}
