"""Shape of the JSON about voices and cases, in and out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from huiyin.accounts import selectors as people
from huiyin.accounts.services.contacts import Person
from huiyin.cases.models import Case, Clock
from huiyin.cases.selectors.inbox import Row
from huiyin.cases.selectors.timeline import Item
from huiyin.core.rest import Input, Moment
from huiyin.voices.services import Spoken

Source = Literal["form", "widget", "email", "phone", "sms", "wechat", "weibo", "review", "api", "offline"]
Kind = Literal["question", "fault", "request", "complaint", "suggestion", "privacy"]
Priority = Literal["urgent", "high", "normal", "low"]
Target = Literal["open", "pending_user", "pending_third_party", "solved"]
Link = Literal["child", "duplicate", "caused_by", "related"]
ToldBy = Literal["email", "sms", "page"]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Files = Annotated[list[UUID], Field(max_length=10)]
Version = Annotated[int, Field(ge=1, le=2_147_483_647)]


class ContactIn(Input):
    external_id: Annotated[str, Field(max_length=254)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=254)] = ""
    name: Annotated[str, Field(max_length=120)] = ""


class VoiceIn(Input):
    source: Source
    text: Text
    contact: ContactIn
    subject: Annotated[str, Field(max_length=200)] = ""
    kind: Kind | None = None
    product: Annotated[str, Field(max_length=60)] = ""
    context: Annotated[dict[str, Any], Field(max_length=50)] = {}
    external_id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    occurred_at: Moment | None = None
    attachments: Files = []
    told_by: ToldBy | None = None

    def spoken(self, *, verified: bool) -> Spoken:
        """The same for services; a host's own token vouches for its users' account numbers."""
        return Spoken(
            source=self.source,
            text=self.text,
            person=Person.of(**self.contact.dict(), verified=verified),
            subject=self.subject,
            kind=self.kind or "",
            product=self.product,
            external_id=self.external_id,
            occurred_at=self.occurred_at,
            context=self.context,
            attachments=tuple(self.attachments),
            told_by=self.told_by or "",
        )


class BatchIn(Input):
    items: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=500)]


class WordsIn(Input):
    body: Text
    attachments: Files = []
    version: Version | None = None


class TransitionIn(Input):
    to: Target
    reason: Annotated[str, Field(max_length=20_000)] = ""
    resolution: Annotated[str, Field(max_length=20_000)] = ""
    temporary_fix: Annotated[str, Field(max_length=20_000)] = ""
    lasting_fix: Annotated[str, Field(max_length=20_000)] = ""
    version: Version | None = None


class AssignmentIn(Input):
    version: Version
    owner: Annotated[str, Field(max_length=64)] | None = None
    team: Annotated[str, Field(max_length=60)] | None = None
    reason: Annotated[str, Field(max_length=20_000)] = ""


class MergeIn(Input):
    into: Annotated[str, Field(max_length=40)]
    version: Version


class SplitIn(Input):
    message: UUID
    version: Version
    subject: Annotated[str, Field(max_length=200)] = ""


class LinkIn(Input):
    target: Annotated[str, Field(max_length=40)]
    kind: Link
    version: Version


class ChangeIn(Input):
    version: Version
    subject: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    kind: Kind | None = None
    priority: Priority | None = None
    category: Annotated[str, Field(max_length=60)] | None = None
    product: Annotated[str, Field(max_length=60)] | None = None
    tags: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=30)] | None = None
    fields: Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(max_length=50)] | None = None
    temporary_fix: Annotated[str, Field(max_length=20_000)] | None = None
    lasting_fix: Annotated[str, Field(max_length=20_000)] | None = None


class UserWordsIn(Input):
    text: Text
    attachments: Files = []


class ConfirmationIn(Input):
    settled: bool
    comment: Annotated[str, Field(max_length=4_000)] = ""
    score: Annotated[int, Field(ge=1, le=5)] | None = None


class ClockOut(Schema):
    kind: str
    due_at: datetime | None
    state: str


class CaseBrief(Schema):
    id: UUID
    number: str
    status: str
    priority: str
    category: str
    level: int
    clocks: list[ClockOut]
    follow_url: str | None = None


class VoiceOut(Schema):
    id: UUID
    language: str
    sentiment: str
    understood: bool
    understanding: dict[str, Any]


class AnswerOut(Schema):
    article: str
    title: str
    snippet: str
    score: float


class TakenInOut(Schema):
    voice: VoiceOut
    case: CaseBrief
    answers: list[AnswerOut]


class BatchItemOut(Schema):
    index: int
    status: Literal["stored", "known", "refused"]
    voice: UUID | None = None
    case: str | None = None
    code: str | None = None
    message: str | None = None
    field: str | None = None


class BatchOut(Schema):
    stored: int
    known: int
    refused: int
    items: list[BatchItemOut]


class CaseRowOut(Schema):
    id: UUID
    number: str
    subject: str
    preview: str
    status: str
    priority: str
    kind: str
    channel: str
    category: str
    sentiment: str
    product: str | None
    team: str | None
    owner: str | None
    contact: dict[str, Any]
    next_due_at: datetime | None
    breached: bool
    opened_at: datetime
    last_activity_at: datetime
    version: int


class CasePageOut(Schema):
    items: list[CaseRowOut]
    next: str | None


class CaseOut(CaseRowOut):
    level: int
    tags: list[str]
    fields: dict[str, str]
    resolution: str
    temporary_fix: str
    lasting_fix: str
    reopened_count: int
    merged_into: str | None
    understanding: dict[str, Any]
    clocks: list[dict[str, Any]]
    follow_url: str | None = None


class ItemOut(Schema):
    kind: Literal["message", "note", "event"]
    at: datetime
    author: dict[str, str]
    id: str
    body: str | None = None
    event: str | None = None
    data: dict[str, Any] | None = None
    attachments: list[dict[str, Any]] = []


class TimelineOut(Schema):
    items: list[ItemOut]


class NoticesIn(Input):
    told_by: ToldBy


class FollowOut(Schema):
    number: str
    subject: str
    status: str
    owner: str | None
    team: str | None
    expected_at: datetime | None
    late_since: datetime | None
    told_by: str
    ways: list[str]
    resolution: str
    temporary_fix: str
    items: list[ItemOut]


def row_out(row: Row) -> dict[str, Any]:
    """One line of a list."""
    directory = people.directory()
    owner = directory.people.get(row.owner_id) if row.owner_id else None
    team = directory.teams.get(row.team_id)
    product = directory.products.get(row.product_id) if row.product_id else None
    return {
        "id": row.id,
        "number": row.reference,
        "subject": row.subject,
        "preview": row.preview,
        "status": row.status,
        "priority": row.priority,
        "kind": row.kind,
        "channel": row.channel,
        "category": row.category,
        "sentiment": row.sentiment,
        "product": product.key if product else None,
        "team": team.key if team else None,
        "owner": owner.username if owner else None,
        "contact": {"id": row.contact_id, "name": row.contact_name, "tier": row.contact_tier},
        "next_due_at": row.next_due_at,
        "breached": row.is_breached,
        "opened_at": row.opened_at,
        "last_activity_at": row.last_activity_at,
        "version": row.version,
    }


def clock_out(clock: Clock) -> dict[str, Any]:
    """A deadline as it stands."""
    return {"kind": clock.kind, "due_at": clock.due_at, "state": clock.status}


def brief(case: Case, clocks: Sequence[Clock], *, follow_url: str | None) -> dict[str, Any]:
    """What the sender of a voice learns about its case."""
    out = {
        "id": case.id,
        "number": case.reference,
        "status": case.status,
        "priority": case.priority,
        "category": case.category,
        "level": case.level,
        "clocks": [clock_out(each) for each in clocks],
    }
    return {**out, "follow_url": follow_url} if follow_url else out


def case_out(case: Case, row: Row, clocks: Sequence[Clock], *, follow_url: str | None) -> dict[str, Any]:
    """One case whole, with the trace of every deadline."""
    out = {
        **row_out(row),
        "level": case.level,
        "tags": case.tags,
        "fields": case.fields,
        "resolution": case.resolution,
        "temporary_fix": case.temporary_fix,
        "lasting_fix": case.lasting_fix,
        "reopened_count": case.reopened_count,
        "merged_into": case.merged_into.reference if case.merged_into else None,
        "understanding": case.understanding,
        "clocks": [{**clock_out(each), "reason": each.reason, "trace": each.trace} for each in clocks],
    }
    return {**out, "follow_url": follow_url} if follow_url else out


def item_out(item: Item) -> dict[str, Any]:
    """One entry of a timeline."""
    out: dict[str, Any] = {
        "kind": item.kind,
        "at": item.at,
        "id": item.id,
        "author": {"side": item.side, "name": item.author},
    }
    if item.kind == "event":
        return {**out, "event": item.name, "data": item.data}
    files = [{"id": f.id, "name": f.name, "size": f.size, "type": f.media_type} for f in item.attachments]
    return {**out, "body": item.body, "attachments": files}
