"""What the ear holds: the input as it came, the words, and where they came from."""

from huiyin.core.persons import CONTEXT, IDENTITY, SERVICE, THING, WORDS, of

HELD = {
    "RawInput": {
        **of(WORDS, "body digest"),
        **of(CONTEXT, "external_id request_key"),
        **of(THING, "source reason"),
    },
    "Voice": {
        **of(IDENTITY, "contact"),
        **of(WORDS, "subject text fingerprint vector"),
        **of(CONTEXT, "context"),
        **of(SERVICE, "language sentiment understanding"),
    },
}
