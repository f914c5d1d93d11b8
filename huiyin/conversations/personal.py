"""What was said in threads, by the user and to them."""

from huiyin.core.persons import IDENTITY, SERVICE, THING, WORDS, of

HELD = {
    "Conversation": {**of(IDENTITY, "contact"), **of(WORDS, "subject")},
    "Message": {**of(WORDS, "body"), **of(SERVICE, "author_kind author_id"), **of(THING, "nonce")},
}
