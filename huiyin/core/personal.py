"""What the floor keeps for people: copies that machines need for a while, by scalar ids."""

from huiyin.core.persons import COPY, SECURITY, SERVICE, THING, WORDS, WORK, of

HELD = {
    "sessions.Session": of(SECURITY, "session_key session_data"),
    "Attachment": {
        **of(WORDS, "name"),
        **of(SERVICE, "owner_kind owner_id by_kind by_id"),
        **of(THING, "stored_as media_type sha256"),
    },
    # An act names its doer and its object by id, and an address by a pseudonym.
    "AuditEntry": {
        **of(SECURITY, "actor_id behind_id object_id address detail"),
        **of(THING, "id at actor_kind action object_kind request key_id mac seal"),
    },
    "AuditHead": of(THING, "name seal"),
    "AuditSegment": of(THING, "month before last_seal digest removed_at key_id seal"),
    "SpentChallenge": of(THING, "key"),
    "IdempotencyKey": {**of(COPY, "answer"), **of(THING, "scope key body_hash")},
    "Job": {
        **of(COPY, "args kwargs unique_key result error"),
        **of(THING, "task queue worker error_class"),
    },
    "Slot": of(THING, "name"),
    "Pulse": of(THING, "name"),
    # Ids and scalars only: what names somebody is refused when it is written.
    "JournalEntry": {**of(SERVICE, "subject actor_id data"), **of(THING, "name subject_kind actor_kind")},
    "Delivery": of(THING, "listener"),
    "OutgoingMail": {
        **of(COPY, "to subject text headers last_error"),
        **of(THING, "key owner_kind owner_id"),
    },
    "OutgoingSms": {**of(COPY, "to text last_error"), **of(THING, "key owner_kind owner_id")},
    "WebhookEndpoint": {**of(WORK, "created_by"), **of(THING, "name url events secret former_secret")},
    "WebhookDelivery": of(COPY, "last_error"),
}
