"""JSON operations on voices and cases for programs, and the contact's own side of one case."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field, ValidationError

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.cases import policies, schemas, selectors, services
from huiyin.cases.models import Case
from huiyin.cases.selectors import follow as following
from huiyin.cases.services import telling
from huiyin.core import attachments, idempotency, limits, shroud
from huiyin.core.actors import Actor
from huiyin.core.errors import Forbidden, Invalid, Refusal
from huiyin.core.rest import TokenAuth, answer, sentence
from huiyin.knowledge import selectors as knowledge
from huiyin.voices.services import Spoken

router = Router(tags=["cases"])
Short = Annotated[str, Field(max_length=200)]


class ListIn(Schema):
    status: Short = ""
    assignee: Short = ""
    team: Short = ""
    priority: Short = ""
    category: Short = ""
    product: Short = ""
    kind: Short = ""
    channel: Short = ""
    q: Annotated[str, Field(max_length=1000)] = ""
    breaching: bool = False
    cursor: Annotated[str, Field(max_length=500)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50


@router.post(
    "/voices",
    auth=TokenAuth("voices:write"),
    response={201: schemas.TakenInOut, 200: schemas.TakenInOut},
    summary="Take in what a user said",
)
@idempotency.known_by_key
def post_voice(request: HttpRequest, body: schemas.VoiceIn) -> HttpResponse:
    by = _may_write(request)
    response: list[HttpResponse] = []

    def finish(taken: services.TakenIn) -> None:
        response.append(idempotency.keep(request, _taken_in(request, taken, spoken)))

    body.attachments = list(attachments.mine(body.attachments, by=by))
    spoken = body.spoken(verified=True)
    taken = services.hear(spoken, request_key=idempotency.key_of(request), finish=finish, by=by)
    return response[0] if response else idempotency.replay(request) or _taken_in(request, taken, spoken)


@router.post(
    "/voices/batch",
    auth=TokenAuth("voices:write"),
    response=schemas.BatchOut,
    summary="Take in up to 500 voices; each is stored or refused with its reason",
)
@idempotency.kept_by_view
def post_voices(request: HttpRequest, body: schemas.BatchIn) -> HttpResponse:
    by = _may_write(request)
    parsed = [_parsed(item, by) for item in body.items]
    outcomes = iter(services.hear_many([p for p in parsed if isinstance(p, Spoken)], by=by))
    results = [next(outcomes) if isinstance(p, Spoken) else p for p in parsed]
    items = [_batch_item(index, result) for index, result in enumerate(results)]
    tally = {name: sum(i["status"] == name for i in items) for name in ("stored", "known", "refused")}
    with transaction.atomic():
        return idempotency.keep(request, answer({**tally, "items": items}))


@router.get(
    "/cases", auth=TokenAuth("cases:read"), response=schemas.CasePageOut, summary="Cases, newest first"
)
def get_cases(request: HttpRequest, given: Query[ListIn]) -> HttpResponse:
    values = given.dict(exclude={"cursor", "limit", "breaching"})
    filters = selectors.Filters(**values, breaching="1" if given.breaching else "")
    page = selectors.inbox_page(_user(request), filters, cursor=given.cursor, limit=given.limit)
    return answer({"items": [schemas.row_out(row) for row in page.items], "next": page.next})


@router.get("/cases/{number}", auth=TokenAuth("cases:read"), response=schemas.CaseOut, summary="One case")
def get_case(request: HttpRequest, number: str) -> HttpResponse:
    return _case(request, selectors.case_for(_user(request), number))


@router.patch(
    "/cases/{number}", auth=TokenAuth("cases:write"), response=schemas.CaseOut, summary="Change fields"
)
def patch_case(request: HttpRequest, number: str, body: schemas.ChangeIn) -> HttpResponse:
    case, by = _handled(request, number)
    values = body.dict(exclude={"version"}, exclude_unset=True)
    if "product" in values:
        values["product"] = _product(values["product"])
    services.change(case, values, version=body.version, by=by)
    return _case(request, selectors.case_for(_user(request), number))


@router.get(
    "/cases/{number}/timeline",
    auth=TokenAuth("cases:read"),
    response=schemas.TimelineOut,
    summary="All that happened to one case, in order",
)
def get_timeline(request: HttpRequest, number: str) -> HttpResponse:
    case = selectors.case_for(_user(request), number)
    return answer({"items": [schemas.item_out(item) for item in selectors.timeline(case)]})


@router.post(
    "/cases/{number}/replies",
    auth=TokenAuth("cases:write"),
    response={201: schemas.CaseOut},
    summary="Answer the user on the case's channel",
)
def post_reply(request: HttpRequest, number: str, body: schemas.WordsIn) -> HttpResponse:
    case, by = _handled(request, number)
    files = attachments.mine(body.attachments, by=by)
    services.reply(case, body.body, files=files, version=body.version, by=by)
    return _case(request, selectors.case_for(_user(request), number), status=201)


@router.post(
    "/cases/{number}/notes",
    auth=TokenAuth("cases:write"),
    response={201: schemas.CaseOut},
    summary="Write among staff",
)
def post_note(request: HttpRequest, number: str, body: schemas.WordsIn) -> HttpResponse:
    case = selectors.case_for(_user(request), number)
    if not policies.can_note_cases(_user(request)):
        raise Forbidden("not_allowed", _("Your role does not write notes."))
    by = _actor(request)
    services.note(case, body.body, files=attachments.mine(body.attachments, by=by), by=by)
    return _case(request, selectors.case_for(_user(request), number), status=201)


@router.post(
    "/cases/{number}/transitions",
    auth=TokenAuth("cases:write"),
    response=schemas.CaseOut,
    summary="Move a case; `solved` needs a resolution",
)
def post_transition(request: HttpRequest, number: str, body: schemas.TransitionIn) -> HttpResponse:
    case, by = _handled(request, number)
    if body.to == "solved":
        services.solve(
            case,
            resolution=body.resolution or body.reason,
            temporary_fix=body.temporary_fix,
            lasting_fix=body.lasting_fix,
            version=body.version,
            by=by,
        )
    else:
        services.transition(case, body.to, reason=body.reason, version=body.version, by=by)
    return _case(request, selectors.case_for(_user(request), number))


@router.post(
    "/cases/{number}/assignment",
    auth=TokenAuth("cases:write"),
    response=schemas.CaseOut,
    summary="Give a case to a person or back to a team",
)
def post_assignment(request: HttpRequest, number: str, body: schemas.AssignmentIn) -> HttpResponse:
    case, by = _handled(request, number)
    owner = _staff(body.owner) if body.owner else None
    team = _team(body.team) if body.team else None
    services.assign(case, owner=owner, team=team, reason=body.reason, version=body.version, by=by)
    return _case(request, selectors.case_for(_user(request), number))


@router.post(
    "/cases/{number}/merge",
    auth=TokenAuth("cases:write"),
    response=schemas.CaseOut,
    summary="Answer this case with another",
)
def post_merge(request: HttpRequest, number: str, body: schemas.MergeIn) -> HttpResponse:
    case, by = _handled(request, number)
    into = selectors.case_for(_user(request), body.into)
    services.merge(case, into=into, version=body.version, by=by)
    return _case(request, selectors.case_for(_user(request), number))


@router.post(
    "/cases/{number}/split",
    auth=TokenAuth("cases:write"),
    response={201: schemas.CaseOut},
    summary="Make a second case of one message",
)
def post_split(request: HttpRequest, number: str, body: schemas.SplitIn) -> HttpResponse:
    case, by = _handled(request, number)
    message = selectors.message_of(case, body.message)
    born = services.split(case, message=message, subject=body.subject, version=body.version, by=by)
    return _case(request, selectors.case_for(_user(request), born.number), status=201)


@router.post(
    "/cases/{number}/links",
    auth=TokenAuth("cases:write"),
    response={201: schemas.CaseOut},
    summary="Say how two cases belong together",
)
def post_link(request: HttpRequest, number: str, body: schemas.LinkIn) -> HttpResponse:
    case, by = _handled(request, number)
    target = selectors.case_for(_user(request), body.target)
    services.link(case, target=target, kind=body.kind, version=body.version, by=by)
    return _case(request, selectors.case_for(_user(request), number), status=201)


@router.get(
    "/follow/{key}", auth=None, response=schemas.FollowOut, summary="The contact's own side of one case"
)
def get_follow(request: HttpRequest, key: str) -> HttpResponse:
    limits.spend("follow.address", limits.client(request))
    return _follow(selectors.followed(key))


@router.post(
    "/follow/{key}/messages",
    auth=None,
    response={201: schemas.FollowOut},
    summary="The contact writes again",
)
@idempotency.kept_by_view
def post_follow_message(request: HttpRequest, key: str, body: schemas.UserWordsIn) -> HttpResponse:
    limits.spend("follow.address", limits.client(request))
    case = selectors.followed(key)
    services.hear_again(
        case,
        body.text,
        files=tuple(body.attachments),
        request_key=idempotency.key_of(request),
        by=case.contact.actor,
    )
    with transaction.atomic():
        return idempotency.keep(request, _follow(selectors.followed(key), status=201))


@router.post(
    "/follow/{key}/confirmation",
    auth=None,
    response=schemas.FollowOut,
    summary="The contact says whether the matter is settled; `false` reopens",
)
def post_follow_confirmation(request: HttpRequest, key: str, body: schemas.ConfirmationIn) -> HttpResponse:
    limits.spend("follow.address", limits.client(request))
    case = selectors.followed(key)
    said = services.confirm if body.settled else services.dispute
    said(case, score=body.score, comment=body.comment, by=case.contact.actor)
    return _follow(selectors.followed(key))


@router.post(
    "/follow/{key}/notices",
    auth=None,
    response=schemas.FollowOut,
    summary="How the contact wants to be told of each step from now on",
)
def post_follow_notices(request: HttpRequest, key: str, body: schemas.NoticesIn) -> HttpResponse:
    limits.spend("follow.address", limits.client(request))
    case = selectors.followed(key)
    telling.choose(case, body.told_by, by=case.contact.actor)
    return _follow(case)


def _user(request: HttpRequest) -> User:
    return request.auth.user  # type: ignore[attr-defined, no-any-return]


def _actor(request: HttpRequest) -> Actor:
    return _user(request).actor


def _may_write(request: HttpRequest) -> Actor:
    if not policies.can_handle_cases(_user(request)):
        raise Forbidden("not_allowed", _("Your role does not take in voices."))
    return _actor(request)


def _handled(request: HttpRequest, number: str) -> tuple[Case, Actor]:
    """The case, for somebody who may handle it."""
    case = selectors.case_for(_user(request), number)
    if not policies.can_handle(_user(request), case):
        raise Forbidden("not_allowed", _("Your role does not handle this case."))
    return case, _actor(request)


def _parsed(item: dict[str, Any], by: Actor) -> "Spoken | Refusal":
    try:
        voice = schemas.VoiceIn.model_validate(item)
        voice.attachments = list(attachments.mine(voice.attachments, by=by))
        return voice.spoken(verified=True)
    except Refusal as refusal:
        return refusal
    except ValidationError as error:
        first = error.errors()[0]
        return Invalid("invalid_input", sentence(first), field=".".join(str(part) for part in first["loc"]))


def _batch_item(index: int, result: "services.TakenIn | Refusal") -> dict[str, Any]:
    if isinstance(result, Refusal):
        return {
            "index": index,
            "status": "refused",
            "code": result.code,
            "message": str(result.message),
            "field": result.data.get("field"),
        }
    status = "stored" if result.is_new else "known"
    return {"index": index, "status": status, "voice": result.voice.id, "case": result.case.reference}


def _taken_in(request: HttpRequest, taken: services.TakenIn, spoken: Spoken) -> HttpResponse:
    voice = taken.voice
    told = {
        "id": voice.id,
        "language": voice.language,
        "sentiment": voice.sentiment,
        "understood": voice.is_understood,
        "understanding": voice.understanding,
    }
    hits = knowledge.suggest(spoken.text, lang=voice.language, vector=bytes(voice.vector or b""))
    case = schemas.brief(taken.case, taken.clocks, follow_url=_follow_url(request, taken.case))
    return answer({"voice": told, "case": case, "answers": _answers(hits)}, 201 if taken.is_new else 200)


def _answers(hits: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"article": h.key, "title": h.title, "snippet": h.snippet, "score": h.score} for h in hits]


def _case(request: HttpRequest, case: Case, status: int = 200) -> HttpResponse:
    row = selectors.row_of(case)
    clocks = list(case.clocks.order_by("started_at"))
    return answer(schemas.case_out(case, row, clocks, follow_url=_follow_url(request, case)), status)


def _follow(case: Case, status: int = 200) -> HttpResponse:
    items = [schemas.item_out(item) for item in selectors.timeline_for_user(case)]
    promise = following.promise_of(case)
    return answer(
        {
            "number": case.reference,
            "subject": case.subject,
            "status": case.status,
            "owner": str(case.owner) if case.owner else None,
            "team": case.team.name,
            "expected_at": promise.next_at,
            "late_since": promise.late_since,
            "told_by": telling.way_of(case),
            "ways": list(telling.ways_of(case.contact)),
            "resolution": case.resolution,
            "temporary_fix": case.temporary_fix,
            "items": items,
        },
        status,
    )


def _follow_url(request: HttpRequest, case: Case) -> str | None:
    """The contact's own link, for tokens that may act for contacts."""
    if shroud.is_drawn() or "contacts:act" not in request.auth.scopes:  # type: ignore[attr-defined]
        return None
    return settings.ORIGIN + reverse("follow", args=[selectors.follow_key(case)])


def _staff(name: str) -> User:
    found = people.staff().filter(username=name.lower()).first() if not _is_uuid(name) else None
    found = found or (people.staff().filter(id=name).first() if _is_uuid(name) else None)
    if found is None:
        raise Invalid("owner_unknown", _("There is no such person."), field="owner")
    return found


def _team(key: str) -> Any:
    team = next((team for team in people.directory().teams.values() if team.key == key), None)
    if team is None:
        raise Invalid("team_unknown", _("There is no such team."), field="team")
    return team


def _product(key: str | None) -> Any:
    product = people.directory().product(key) if key else None
    if key and product is None:
        raise Invalid("product_unknown", _("There is no such product."), field="product")
    return product


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
