"""Reading and handling cases, for programs of the staff."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.cases import policies, schemas, selectors, services
from huiyin.cases.api.doors import actor_of, count_listing, count_reading, follow_url, user_of
from huiyin.cases.models import Case
from huiyin.core import attachments
from huiyin.core.actors import Actor
from huiyin.core.errors import Forbidden, Invalid
from huiyin.core.rest import TokenAuth, answer

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


@router.get(
    "/cases", auth=TokenAuth("cases:read"), response=schemas.CasePageOut, summary="Cases, newest first"
)
def get_cases(request: HttpRequest, given: Query[ListIn]) -> HttpResponse:
    values = given.dict(exclude={"cursor", "limit", "breaching"})
    filters = selectors.Filters(**values, breaching="1" if given.breaching else "")
    page = selectors.inbox_page(user_of(request), filters, cursor=given.cursor, limit=given.limit)
    count_listing(request, page.items)
    return answer({"items": [schemas.row_out(row) for row in page.items], "next": page.next})


@router.get("/cases/{number}", auth=TokenAuth("cases:read"), response=schemas.CaseOut, summary="One case")
def get_case(request: HttpRequest, number: str) -> HttpResponse:
    return _case(request, _read(request, number))


@router.patch(
    "/cases/{number}", auth=TokenAuth("cases:write"), response=schemas.CaseOut, summary="Change fields"
)
def patch_case(request: HttpRequest, number: str, body: schemas.ChangeIn) -> HttpResponse:
    case, by = _handled(request, number)
    values = body.dict(exclude={"version"}, exclude_unset=True)
    if "product" in values:
        values["product"] = _product(values["product"])
    services.change(case, values, version=body.version, by=by)
    return _case(request, selectors.case_for(user_of(request), number))


@router.get(
    "/cases/{number}/timeline",
    auth=TokenAuth("cases:read"),
    response=schemas.TimelineOut,
    summary="All that happened to one case, in order",
)
def get_timeline(request: HttpRequest, number: str) -> HttpResponse:
    case = _read(request, number)
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
    return _case(request, selectors.case_for(user_of(request), number), status=201)


@router.post(
    "/cases/{number}/notes",
    auth=TokenAuth("cases:write"),
    response={201: schemas.CaseOut},
    summary="Write among staff",
)
def post_note(request: HttpRequest, number: str, body: schemas.WordsIn) -> HttpResponse:
    case = selectors.case_for(user_of(request), number)
    if not policies.can_note_cases(user_of(request)):
        raise Forbidden("not_allowed", _("Your role does not write notes."))
    count_reading(request, case)
    by = actor_of(request)
    files = attachments.mine(body.attachments, by=by)
    services.note(case, body.body, files=files, version=body.version, by=by)
    return _case(request, selectors.case_for(user_of(request), number), status=201)


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
    return _case(request, selectors.case_for(user_of(request), number))


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
    return _case(request, selectors.case_for(user_of(request), number))


@router.post(
    "/cases/{number}/merge",
    auth=TokenAuth("cases:write"),
    response=schemas.CaseOut,
    summary="Answer this case with another",
)
def post_merge(request: HttpRequest, number: str, body: schemas.MergeIn) -> HttpResponse:
    case, by = _handled(request, number)
    into = selectors.case_for(user_of(request), body.into)
    services.merge(case, into=into, version=body.version, by=by)
    return _case(request, selectors.case_for(user_of(request), number))


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
    return _case(request, selectors.case_for(user_of(request), born.number), status=201)


@router.post(
    "/cases/{number}/links",
    auth=TokenAuth("cases:write"),
    response={201: schemas.CaseOut},
    summary="Say how two cases belong together",
)
def post_link(request: HttpRequest, number: str, body: schemas.LinkIn) -> HttpResponse:
    case, by = _handled(request, number)
    target = selectors.case_for(user_of(request), body.target)
    services.link(case, target=target, kind=body.kind, version=body.version, by=by)
    return _case(request, selectors.case_for(user_of(request), number), status=201)


def _read(request: HttpRequest, number: str) -> Case:
    """The case, for somebody who may see it."""
    case = selectors.case_for(user_of(request), number)
    count_reading(request, case)
    return case


def _handled(request: HttpRequest, number: str) -> tuple[Case, Actor]:
    """The case, for somebody who may handle it; the answer shows it, so that it counts as read before it is changed."""
    case = selectors.case_for(user_of(request), number)
    if not policies.can_handle(user_of(request), case):
        raise Forbidden("not_allowed", _("Your role does not handle this case."))
    count_reading(request, case)
    return case, actor_of(request)


def _case(request: HttpRequest, case: Case, status: int = 200) -> HttpResponse:
    row = selectors.row_of(case)
    clocks = list(case.clocks.order_by("started_at"))
    return answer(schemas.case_out(case, row, clocks, follow_url=follow_url(request, case)), status)


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
