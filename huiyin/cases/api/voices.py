"""Taking in what users said, one by one or five hundred at once."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import ValidationError

from huiyin.cases import policies, schemas, services
from huiyin.cases.api.doors import actor_of, follow_url, user_of
from huiyin.core import attachments, idempotency
from huiyin.core.actors import Actor
from huiyin.core.errors import Forbidden, Invalid, Refusal
from huiyin.core.rest import TokenAuth, answer, sentence
from huiyin.knowledge import selectors as knowledge
from huiyin.voices.services import Spoken

router = Router(tags=["cases"])


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


def _may_write(request: HttpRequest) -> Actor:
    if not policies.can_handle_cases(user_of(request)):
        raise Forbidden("not_allowed", _("Your role does not take in voices."))
    return actor_of(request)


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
    case = schemas.brief(taken.case, taken.clocks, follow_url=follow_url(request, taken.case))
    return answer({"voice": told, "case": case, "answers": _answers(hits)}, 201 if taken.is_new else 200)


def _answers(hits: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"article": h.key, "title": h.title, "snippet": h.snippet, "score": h.score} for h in hits]
