"""Writes of the ear: keep the raw input, record the voice, complete what was understood."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from huiyin.accounts.models import Contact, Product
from huiyin.accounts.services.contacts import Person
from huiyin.core import clock, erasing, journal, personkeys
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.crypto import OF_PERSON
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.persons import ERASED, Traces
from huiyin.core.persons import Person as Somebody
from huiyin.language import services as language
from huiyin.language.verdicts import without_words
from huiyin.voices import events, selectors
from huiyin.voices.models import Kind, RawInput, Source, Voice

MAX_TEXT = 20_000
MAX_SUBJECT = 200
# Voices whose vectors are made anew in one go, and how long that may take.
RE_EMBEDDED = 200
RE_EMBED_MS = 30_000


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What a user said, as an edge parsed it: scalars only, so that it can be kept raw and taken in again."""

    source: str
    text: str
    person: Person
    subject: str = ""
    kind: str = ""
    product: str = ""
    external_id: str | None = None
    occurred_at: datetime | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[UUID, ...] = ()
    told_by: str = ""
    about: str = ""  # what of ours these words go on about, in the words of the app that heard them

    def as_json(self) -> dict[str, Any]:
        body = asdict(self)
        body["occurred_at"] = self.occurred_at.isoformat() if self.occurred_at else None
        body["attachments"] = [str(key) for key in self.attachments]
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Spoken":
        occurred_at = datetime.fromisoformat(body["occurred_at"]) if body["occurred_at"] else None
        attachments = tuple(UUID(key) for key in body["attachments"])
        person = Person(**body["person"])
        return cls(**{**body, "person": person, "occurred_at": occurred_at, "attachments": attachments})


def check(spoken: Spoken) -> None:
    """Refuse what cannot be taken in, before anything is stored; names the field."""
    if not spoken.text.strip():
        raise Invalid("text_missing", _("Please tell us what happened."), field="text")
    if len(spoken.text) > MAX_TEXT:
        raise Invalid("text_too_long", _("At most 20,000 characters, please."), field="text", limit=MAX_TEXT)
    if len(spoken.subject) > MAX_SUBJECT:
        raise Invalid(
            "subject_too_long", _("At most 200 characters, please."), field="subject", limit=MAX_SUBJECT
        )
    if spoken.source not in Source.values:
        raise Invalid(
            "source_unknown", _("There is no such source."), field="source", known=list(Source.values)
        )
    if spoken.kind and spoken.kind not in Kind.values:
        raise Invalid("kind_unknown", _("There is no such kind."), field="kind", known=list(Kind.values))
    if spoken.external_id is not None and not 0 < len(spoken.external_id) <= 200:
        raise Invalid("external_id_length", _("Between 1 and 200 characters, please."), field="external_id")
    if spoken.occurred_at is not None and spoken.occurred_at.tzinfo is None:
        raise Invalid("time_without_zone", _("Please give the time with its zone."), field="occurred_at")


def keep(spoken: Spoken, *, request_key: str | None = None) -> tuple[RawInput, bool]:
    """Store the input as it came, in a transaction of its own; answers the row and whether it is new.

    The same source and external id, or the same request key, give the row that was kept first.
    Refuses a request key that came with other words before.
    """
    raw = _raw(spoken, request_key)
    try:
        with transaction.atomic():
            raw.save(force_insert=True)
    except IntegrityError:
        first = selectors.kept_before(spoken.source, spoken.external_id, request_key)
        if first is None:
            raise
        if request_key and first.request_key == request_key and _words(first) != _words(raw):
            message = _("This key was used before for another request.")
            raise Conflict("idempotency_key_reused", message) from None
        return first, False
    return raw, True


def _words(raw: RawInput) -> dict[str, Any]:
    """What was said; a form that is sent again brings the same files under new ids."""
    return {name: value for name, value in raw.body.items() if name != "attachments"}


def keep_many(spoken: Sequence[Spoken]) -> list[tuple[RawInput, bool]]:
    """Store many inputs as they came, in one transaction; answers as `keep` does, one pair for each."""
    rows = [_raw(each, None) for each in spoken]
    RawInput.objects.bulk_create(rows, ignore_conflicts=True)
    stored = set(RawInput.objects.filter(id__in=[row.id for row in rows]).values_list("id", flat=True))
    return [(row, True) if row.id in stored else (_kept_first(row), False) for row in rows]


def _kept_first(row: RawInput) -> RawInput:
    first = selectors.kept_before(row.source, row.external_id, None)
    if first is None:
        raise RuntimeError("an input was neither stored nor known")
    return first


def _raw(spoken: Spoken, request_key: str | None) -> RawInput:
    body = spoken.as_json()
    return RawInput(
        subject=personkeys.fresh(),
        source=spoken.source,
        external_id=spoken.external_id,
        request_key=request_key,
        body=body,
        digest=hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
    )


def record(
    spoken: Spoken,
    *,
    raw: RawInput,
    contact: Contact,
    product: Product | None,
    kind: str,
    understanding: language.Understanding,
) -> tuple[Voice, list[journal.Event]]:
    """The voice of a raw input, inside the caller's transaction; facts to publish with the caller's own.

    A second voice of the same raw input is refused by the table. An input that was refused before, and is sent again
    when its reason is gone, is taken in after all.
    """
    if raw.status == RawInput.Status.REFUSED:
        RawInput.objects.filter(id=raw.id).update(status=RawInput.Status.TAKEN, reason="")
    now = clock.now()
    voice = Voice(
        raw=raw,
        contact=contact,
        product=product,
        source=spoken.source,
        kind=kind,
        subject=spoken.subject.strip(),
        text=spoken.text,
        context=dict(spoken.context),
        language=understanding.language.label,
        sentiment=understanding.sentiment.label,
        understanding=understanding.as_json(),
        is_understood=understanding.complete,
        fingerprint=understanding.digest,
        vector=understanding.vector or None,
        occurred_at=spoken.occurred_at or now,
        received_at=now,
    )
    voice.save(force_insert=True)
    fact = events.VoiceRecorded(
        subject=str(voice.id), source=voice.source, language=voice.language, is_understood=voice.is_understood
    )
    return voice, [fact]


@transaction.atomic
def understand(voice: Voice, *, understanding: language.Understanding, by: Actor) -> Voice:
    """Complete a voice that was taken in by rules alone; twice is once. Events: voice.understood."""
    if voice.is_understood or not understanding.complete:
        return voice
    voice.language = understanding.language.label
    voice.sentiment = understanding.sentiment.label
    voice.understanding = understanding.as_json()
    voice.fingerprint = understanding.digest
    voice.vector = understanding.vector or None
    voice.is_understood = True
    voice.save(
        update_fields=["language", "sentiment", "understanding", "fingerprint", "vector", "is_understood"]
    )
    journal.publish(events.VoiceUnderstood(subject=str(voice.id)), by=by)
    return voice


def embed_afresh(most: int = RE_EMBEDDED) -> int:
    """Give voices of the last weeks, newest first, vectors of the encoder in use; how many were done.

    Each call goes on where the last one ended: what is done carries the encoder's id. Nothing without models.
    Events: voices.embedded, when none is left.
    """
    model = language.vector_model()
    if not model:
        return 0
    stale = selectors.unread_by(model)
    voices = list(stale.order_by("-received_at")[:most])
    told = language.embed([_whole(voice) for voice in voices], budget_ms=RE_EMBED_MS) if voices else None
    if told is None or told.model != model:
        return 0
    for voice, row in zip(voices, told.rows, strict=True):
        voice.understanding = {**voice.understanding, "vector_model": told.model}
        voice.vector = row
    with transaction.atomic():
        Voice.objects.bulk_update(voices, ["understanding", "vector"], batch_size=50)
        if not stale.exists():
            journal.publish(events.VoicesEmbedded(subject=model), by=SYSTEM)
    return len(voices)


def _whole(voice: Voice) -> str:
    return f"{voice.subject}\n{voice.text}" if voice.subject else voice.text


def settle(*, before: datetime) -> int:
    """Mark the inputs received before that have their voice, so that nobody looks at them again.

    Intake leaves this to a sweep: that the voice is there says it already, and one statement does many.
    """
    received = RawInput.objects.filter(status=RawInput.Status.RECEIVED, received_at__lt=before)
    with_voice = Exists(Voice.objects.filter(raw=OuterRef("pk")))
    return received.filter(with_voice).update(status=RawInput.Status.TAKEN)


@transaction.atomic
def refuse(raw: RawInput, *, reason: str, by: Actor) -> RawInput:
    """Say that a kept input cannot become a voice, and why; it stays kept. Events: voice.refused."""
    raw.status = RawInput.Status.REFUSED
    raw.reason = reason[:200]
    raw.save(update_fields=["status", "reason"])
    journal.publish(events.VoiceRefused(subject=str(raw.id), reason=raw.reason), by=by)
    return raw


def erase(person: Somebody, traces: Traces) -> int:
    """Take the words out of this person's voices; that somebody spoke, when and about what, stays."""
    voices = Voice.objects.filter(contact_id=person.contact)
    said = RawInput.objects.filter(voice__contact_id=person.contact)
    done = erasing.overwrite(said, body={}, digest="", external_id=None, request_key=None)
    for batch in erasing.batches(voices):
        for voice in Voice.objects.filter(pk__in=batch):
            bare = without_words(voice.understanding)
            Voice.objects.filter(pk=voice.pk).update(understanding=bare)
    return done + erasing.overwrite(voices, subject="", text=ERASED, context={}, fingerprint="", vector=None)


def old_contexts(before: datetime, held: frozenset[UUID]) -> QuerySet[Voice]:
    """Voices whose page and device nobody needs any more; what was taken out is no longer under a person's key."""
    old = Voice.objects.filter(received_at__lt=before, context__sealed_under=OF_PERSON)
    return old.exclude(contact__in=held)


def forget_contexts(rows: QuerySet[Voice]) -> int:
    return erasing.overwrite(rows, context={})
