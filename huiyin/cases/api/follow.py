"""The contact's own side of one case, behind its unguessable key."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router

from huiyin.cases import schemas, selectors, services
from huiyin.cases.models import Case
from huiyin.cases.selectors import follow as following
from huiyin.cases.services import telling
from huiyin.core import idempotency, limits
from huiyin.core.rest import answer

router = Router(tags=["cases"])


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
