"""Canaries in every column that the data map declares, planted for one person; runs inside a house.

What services write is written by services. Then each declared column of the person's own rows that holds no
canary yet is given one, so that a column is proved the day it is declared; a table without a row here is named.
"""

import base64
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zlib import crc32

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client, Token
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session as Stored
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.db.models import Model

from huiyin.accounts import models as accounts_models
from huiyin.accounts import services as accounts
from huiyin.accounts.models import Contact, User
from huiyin.accounts.services import merging
from huiyin.accounts.services.contacts import Person
from huiyin.assistant.models import Dialogue, Turn
from huiyin.cases import services as cases
from huiyin.cases.models import Case, Confirmation, Draft
from huiyin.conversations.models import Message
from huiyin.core import attachments, audit, clock, crypto, journal, mail, persons, rotation, sms
from huiyin.core.actors import SYSTEM, Owner
from huiyin.core.events import WebhookReplayed
from huiyin.core.fields import BlindIndexField
from huiyin.core.models import (
    Attachment,
    IdempotencyKey,
    Job,
    JournalEntry,
    OutgoingMail,
    OutgoingSms,
    WebhookDelivery,
    WebhookEndpoint,
)
from huiyin.knowledge.services import readers
from huiyin.language.models import Example, ModelVersion, ModelWeights, Sample
from huiyin.privacy import services as privacy
from huiyin.voices.services import Spoken

Rows = dict[str, list[Model]]

AN_ID = "an id, which names nobody once its person is forgotten"
OURS = "a word of our own lists"
AT_ERASURE = "made by the erasure, from all the others"
KEPT_SAFE = "append-only: what names somebody is refused when it is written"
NOT_PLANTED = {
    **dict.fromkeys(
        [
            *("core.Attachment.owner_id", "core.Attachment.by_id", "core.AuditEntry.actor_id"),
            *("core.AuditEntry.behind_id", "core.AuditEntry.object_id", "core.JournalEntry.subject"),
            *("core.JournalEntry.actor_id", "accounts.ContactMerge.members", "privacy.Consent.by_id"),
            *("conversations.Message.author_id",),
        ],
        AN_ID,
    ),
    **dict.fromkeys(
        [
            *("core.Attachment.owner_kind", "core.Attachment.by_kind", "accounts.Contact.language"),
            *("accounts.Contact.choices", "accounts.User.second_step", "accounts.User.language"),
            *("accounts.User.time_zone", "accounts.Connection.scopes", "allauth_idp_oidc.Token.scopes"),
            *("accounts.Session.factor", "accounts.Session.ended_why", "accounts.SignIn.reason"),
            *("accounts.ApiToken.hint", "privacy.Consent.by_kind", "voices.Voice.language"),
            *("voices.Voice.sentiment", "conversations.Message.author_kind", "cases.Case.category"),
            *("cases.Case.language", "cases.Case.sentiment", "cases.Case.last_speaker"),
            *("assistant.Handoff.intent", "assistant.Handoff.sentiment", "assistant.FlowRun.reason"),
            *(
                "accounts.Invitation.digest",
                "accounts.Contact.minor_until",
                "accounts.User.waits_for_guardian",
            ),
        ],
        OURS,
    ),
    **dict.fromkeys(
        ["core.AuditEntry.address", "core.AuditEntry.detail", "core.JournalEntry.data"], KEPT_SAFE
    ),
    "privacy.Erasure.traces": AT_ERASURE,
}


def word(mark: str, place: str) -> str:
    """The canary of a place: letters alone, so that no index takes it apart."""
    return f"{mark}canary{''.join(c for c in place.lower() if c.isalnum())}"


def plant(mark: str, agent: User) -> dict[str, Any]:
    """Everything that can be held about one person, and where nothing could be planted."""
    rows: Rows = {}
    case = _spoken(mark, agent, rows)
    contact = case.contact
    _account(mark, contact, rows)
    _worked_on(mark, case, agent, rows)
    _floor(mark, case, rows)
    _asked(mark, contact, rows)
    _chosen(mark, contact, rows)
    left = _fill(mark, rows)
    _learnt_from(mark, case, agent, rows)
    empty = [column.label for column in declared() if not _stands_in(mark, rows, column)]
    return {
        "contact": str(contact.id),
        "case": case.number,
        "left": left + empty,
        "planted": {column.label: _canaries(mark, rows, column) for column in declared()},
        "needles": _needles(rows),
    }


def _spoken(mark: str, agent: User, rows: Rows) -> Case:
    """A voice with a file, taken in like any other; a second contact of the same person, merged."""
    file = _file(mark, "filename")
    person = Person.of(
        email=f"{mark}canaryemail@example.com", external_id=word(mark, "externalid"), name=word(mark, "name")
    )
    spoken = Spoken(
        source="form",
        text=f"{word(mark, 'text')} refund please",
        subject=word(mark, "subject"),
        person=person,
        external_id=word(mark, "rawexternal"),
        context={"page": word(mark, "page")},
        attachments=(file.id,),
    )
    taken = cases.hear(spoken, by=SYSTEM)
    other = Person.of(email=f"{mark}canaryother@example.com", name=word(mark, "othername"))
    again = cases.hear(
        Spoken(source="form", text=f"{word(mark, 'othertext')} hello", person=other), by=SYSTEM
    )
    made = merging.merge(again.voice.contact, into=taken.voice.contact, by=agent.actor)
    _keep(rows, taken.voice, taken.voice.raw, taken.case, taken.case.conversation, made)
    _keep(
        rows,
        Attachment.objects.get(id=file.id),
        *Message.objects.filter(conversation=taken.case.conversation),
    )
    return Case.objects.get(number=taken.case.number)


def _file(mark: str, place: str) -> Attachment:
    body = (word(mark, place + "body") + " ").encode() * 50
    return attachments.store(SimpleUploadedFile(f"{word(mark, place)}.txt", body), by=SYSTEM)


def _account(mark: str, contact: Contact, rows: Rows) -> None:
    """An account with every way in, and every trace of coming in."""
    user = accounts.create_user(
        username=word(mark, "username").lower(),
        display_name=word(mark, "displayname"),
        email=f"{mark}canaryuseremail@example.com",
        by=SYSTEM,
    )
    user.phone = f"+86138{crc32(mark.encode()) % 10**8:08}"
    user.phone_index = crypto.blind_index("identity.phone", user.phone)
    user.save()
    contact.user, contact.city, contact.attributes = (
        user,
        word(mark, "city"),
        {"note": word(mark, "attribute")},
    )
    contact.save()
    key, later = word(mark, "session"), clock.now() + timedelta(days=9)
    client = Client.objects.create(name=f"app {mark}")
    held: list[Model] = [
        Stored.objects.create(session_key=key, session_data=word(mark, "sessiondata"), expire_date=later),
        accounts_models.Session.objects.create(user=user, key=key, door="password"),
        accounts_models.SignIn.objects.create(
            user=user,
            door="password",
            result="let_in",
            device_index=crypto.blind_index("sign_in.device", mark),
            place_index=crypto.blind_index("sign_in.place", mark),
        ),
        Authenticator.objects.create(user=user, type="totp", data={"secret": word(mark, "totp")}),
        EmailAddress.objects.create(user=user, email=f"{mark}canarymailbox@example.com"),
        Token.objects.create(user=user, client=client, type="ia", hash=word(mark, "token"), expires_at=later),
        accounts_models.Connection.objects.create(user=user, client=client),
        accounts_models.ApiToken.objects.create(user=user, digest=word(mark, "apitoken"), hint="h"),
        accounts_models.LinkedAccount.objects.create(
            user=user,
            provider="wechat",
            subject=word(mark, "union"),
            index=crypto.blind_index("linked.subject", mark),
        ),
        *_codes(mark, user, later),
    ]
    _keep(rows, contact, user, contact.identities.get(kind="email"), *held)


def _codes(mark: str, user: User, later: Any) -> list[Model]:
    """A code for the account, and one that was sent to its address before it was known whose it is."""
    made = []
    for owner in (user, None):
        index = crypto.blind_index("identity.email", user.email)
        code = accounts_models.OneTimeCode(
            purpose="enter", way="email", address=user.email, index=index, user=owner
        )
        code.expires_at, code.digest = later, word(mark, f"code{owner is None}")
        code.save(force_insert=True)
        made.append(code)
    return made


def _worked_on(mark: str, case: Case, agent: User, rows: Rows) -> None:
    """What staff do with a case, each act by its service."""
    note = cases.note(case, word(mark, "note"), files=(_file(mark, "notefile").id,), by=agent.actor)
    again = Case.objects.get(number=case.number)
    cases.reply(again, f"Dear {word(mark, 'reply')}", by=agent.actor)
    cases.keep_draft(case, word(mark, "draft"), user=agent)
    again = Case.objects.get(number=case.number)
    values = {"tags": [word(mark, "tag")[:40]], "temporary_fix": word(mark, "temporaryfix")}
    cases.change(again, {**values, "subject": word(mark, "newsubject")}, by=agent.actor)
    again = Case.objects.get(number=case.number)
    cases.solve(again, resolution=word(mark, "resolution"), by=agent.actor)
    again = Case.objects.get(number=case.number)
    cases.confirm(again, score=5, comment=word(mark, "comment"), by=case.contact.actor)
    case.refresh_from_db()
    _keep(rows, case, note, Draft.objects.get(case=case), Confirmation.objects.get(case=case))


def _floor(mark: str, case: Case, rows: Rows) -> None:
    """Letters, jobs, kept answers and deliveries of the floor, each naming the person in one column alone."""
    owner, who = Owner("", "", case.contact_id), str(case.contact_id)
    letter = mail.send(f"{mark}canarymailto@example.com", "s", "t", key=f"k{mark}", owner=owner)
    mail.deliver(letter.id)
    mail.send(f"{mark}canaryemail@example.com", "code", word(mark, "earlycode"), key=f"e{mark}")
    text = sms.send("13800138000", word(mark, "smstext"), id=f"sms-{mark}", owner=owner)
    sms.deliver(text.id)
    told = [who, word(mark, "job")]
    jobs = [
        Job.objects.create(task="x.y", state="dead", **{name: value})
        for name, value in {
            "args": told, "kwargs": {"who": told}, "result": told, "error": " ".join(told),
            "unique_key": " ".join(told),
        }.items()
    ]  # fmt: skip
    body = base64.b64encode(" ".join([who, word(mark, "answer")]).encode()).decode()
    answer = IdempotencyKey.objects.create(
        scope="s", key=mark, body_hash="h", status=200,
        answer={"body": body, "headers": {"x": word(mark, "answerhead")}},
    )  # fmt: skip
    _keep(rows, OutgoingMail.objects.get(id=letter.id), answer, *jobs)
    _keep(rows, OutgoingSms.objects.get(id=text.id), _delivery(case))
    readers.record_miss(f"{mark}canaryemail@example.com", lang="en")
    audit.record("contact.read", f"contact:{who}", by=SYSTEM, detail={"case": str(case.number)})


def _delivery(case: Case) -> WebhookDelivery:
    """A fact about the person, told to another system that answered with words of its own."""
    endpoint, _new = WebhookEndpoint.objects.get_or_create(
        name="w", defaults={"url": "http://127.0.0.1/", "secret": "s"}
    )
    entry = JournalEntry.objects.filter(subject=str(case.contact_id)).first()
    if entry is None:
        with transaction.atomic():
            entry = journal.publish(WebhookReplayed(subject=str(case.contact_id)), by=SYSTEM)
    return WebhookDelivery.objects.create(endpoint=endpoint, entry=entry, status="dead")


def _asked(mark: str, contact: Contact, rows: Rows) -> None:
    """A talk with the assistant."""
    now, asked = clock.now(), {"speaker": "visitor", "act": "ask", "text": word(mark, "turn")}
    talk = Dialogue.objects.create(contact=contact, lang="en", state="ended", outcome="unknown", ended_at=now)
    _keep(rows, talk, Turn.objects.create(dialogue=talk, number=1, **asked))


def _chosen(mark: str, contact: Contact, rows: Rows) -> None:
    said = privacy.give_consent(
        contact, "marketing", channel="test", address=word(mark, "address"), by=contact.actor
    )
    _keep(rows, said)


def _learnt_from(mark: str, case: Case, agent: User, rows: Rows) -> None:
    """A verdict put right: the words of the voice become an example, a text to judge, and what a classifier knows.
    After the filling, since they copy the words.
    """
    cases.correct(Case.objects.get(number=case.number), verdict="kind", label="question", by=agent.actor)
    example = Example.objects.order_by("-id")[0]
    measured = dict.fromkeys(("shown_confidence", "margin", "novelty"), 0.5)
    words = {"task": "kind", "text": example.text, "text_index": example.text_index}
    version = ModelVersion.objects.create(task="kind", name="m", engine="e", data_hash=mark, rows=1)
    weights = ModelWeights.objects.create(version=version, content=example.text)
    _keep(rows, example, weights, Sample.objects.create(**words, reason="margin", model="m", **measured))


def _keep(rows: Rows, *kept: Model) -> None:
    for row in kept:
        rows.setdefault(row._meta.label, []).append(type(row)._default_manager.get(pk=row.pk))


def declared() -> list[persons.Column]:
    """The columns that may hold something of the person themself, in words."""
    return [
        column
        for column in persons.columns()
        if column.held is not persons.WORK
        and column.label not in NOT_PLANTED
        and not column.model._meta.get_field(column.name).is_relation
    ]


def _fill(mark: str, rows: Rows) -> list[str]:
    """A canary into each declared column that has none yet; answers the columns for which there is no row."""
    left = []
    for column in declared():
        field = column.model._meta.get_field(column.name)
        if isinstance(field, BlindIndexField) or column.label in LATER:
            continue
        if column.model._meta.label not in rows and not _make(rows, column.model):
            left.append(column.label)
        for row in rows.get(column.model._meta.label, []):
            if not _found(mark, row, column.name):
                _fill_one(row, field, word(mark, f"{column.model._meta.model_name}{column.name}"))
    return left


# Written after the filling, since they copy the words.
LATER = {"language.Example.text", "language.Sample.text", "language.ModelWeights.content"}


def _make(rows: Rows, model: type[Model]) -> bool:
    """A row of a table that no service here writes, tied to the person by what is kept of them already."""
    values = {
        field.name: _value(rows, field)
        for field in model._meta.local_concrete_fields
        if (field.is_relation or not (field.has_default() or field.null or field.blank))
        and not field.primary_key
    }
    if any(value is MISSING for value in values.values()):
        return False
    _keep(rows, model._default_manager.create(**values))
    return True


MISSING = object()


def _value(rows: Rows, field: Any) -> Any:
    """What a column asks for, as plain as it may be."""
    if field.is_relation:
        label = field.related_model._meta.label
        if label not in rows and (field.null or not _make(rows, field.related_model)):
            return None if field.null else MISSING
        return rows[label][0]
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, BlindIndexField):
        return crypto.blind_index("made.up", uuid4().hex)
    kind = field.get_internal_type()
    if "Integer" in kind:
        return 1
    return {"DateTimeField": clock.now(), "BooleanField": False, "JSONField": {}}.get(
        kind, uuid4().hex[: field.max_length]
    )


def _fill_one(row: Model, field: Any, canary: str) -> None:
    """Only into an empty one of a job: each job names the person in one column."""
    if isinstance(row, Job):
        return
    value: Any = canary
    if isinstance(field, models.JSONField) or "JSON" in type(field).__name__:
        value = [canary] if isinstance(getattr(row, field.name), list) else {"kind": {"evidence": [canary]}}
    if isinstance(field, models.BinaryField):
        value = canary.encode()
    setattr(row, field.name, value)
    row.save(update_fields=[field.name])


def _stands_in(mark: str, rows: Rows, column: persons.Column) -> bool:
    """Whether the column holds something of this person: a canary, or for an index its value."""
    is_index = isinstance(column.model._meta.get_field(column.name), BlindIndexField)
    return bool(_indexes(rows, column) if is_index else _canaries(mark, rows, column))


def _canaries(mark: str, rows: Rows, column: persons.Column) -> list[str]:
    kept = rows.get(column.model._meta.label, [])
    return sorted({found for row in kept for found in _found(mark, row, column.name)})


def _found(mark: str, row: Model, name: str) -> list[str]:
    value = getattr(type(row)._default_manager.get(pk=row.pk), name)
    text = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
    return re.findall(rf"{mark}canary[a-z0-9]+", text, re.IGNORECASE)


def _indexes(rows: Rows, column: persons.Column) -> list[str]:
    return [value for row in rows.get(column.model._meta.label, []) if (value := getattr(row, column.name))]


def _needles(rows: Rows) -> list[str]:
    """Fingerprints of the person, which have to go as well."""
    found: set[str] = set()
    for column in declared():
        if isinstance(column.model._meta.get_field(column.name), BlindIndexField):
            found.update(_indexes(rows, column))
    return sorted(found)


def mention(mark: str, *, in_case_of: str, case: int, agent: User) -> None:
    """The person is named where it is about somebody else: in words of users and of staff, and in names of files."""
    held = Case.objects.get(number=case)
    told = f"{mark}canaryemail@example.com, {word(mark, 'externalid')} and {word(mark, 'name')} too"
    spoken = Spoken(
        source="form",
        text=f"it is with {told}",
        person=Person.of(email=f"{in_case_of}canaryemail@example.com"),
    )
    other = cases.hear(spoken, by=SYSTEM).case
    cases.keep_draft(other, f"draft about {told}", user=agent)
    note = cases.note(held, f"note about {told}", by=agent.actor)
    Attachment.objects.create(
        owner_kind="note", owner_id=str(note.id), status="claimed", name=f"{told}.txt", stored_as=f"xx/{mark}",
        media_type="text/plain", size=1, sha256="", by_kind="user", by_id=str(agent.id),
    )  # fmt: skip
    cases.change(
        Case.objects.get(number=other.number), {"subject": told, "lasting_fix": told}, by=agent.actor
    )
    cases.save_view(name="v", query=f"q={mark}canaryemail@example.com", user=agent)
    Case.objects.filter(number=other.number).update(
        fields={"about": told}, understanding={"evidence": [told]}
    )
    cases.correct(Case.objects.get(number=other.number), verdict="kind", label="question", by=agent.actor)
    Confirmation.objects.create(case=other, is_settled=True, comment=told)


def opened(mark: str) -> list[str]:
    """Sealed columns that still tell of the person to who holds our keys; bytes alone do not show it."""
    found = set()
    for model, field in rotation.columns():
        for row in model._default_manager.all():
            if _found(mark, row, field.name):
                found.add(f"{model._meta.label}.{field.name}")
    return sorted(found)
