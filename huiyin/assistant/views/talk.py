"""The assistant on the help centre: ask, choose, say whether it helped, go to a person. Plain forms all."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.accounts.selectors.sites import visitor_of
from huiyin.assistant import selectors, services
from huiyin.assistant.forms import AskForm, PersonForm
from huiyin.assistant.models import Dialogue, Handoff, Turn
from huiyin.assistant.selectors import talk
from huiyin.cases import remembered
from huiyin.cases import selectors as cases
from huiyin.cases import services as case_services
from huiyin.core import i18n, limits
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Invalid

SLOT = "assistant"
VISITOR = Actor("contact")


@require_http_methods(["GET", "POST"])
def assistant_home(request: HttpRequest) -> HttpResponse:
    """The talk of this browser. A question is answered before the page comes back."""
    if request.method != "POST":
        return show(request, AskForm())
    limits.spend("assistant.address", limits.client(request))
    form = AskForm(request.POST)
    if not form.is_valid():
        return show(request, form, status=400)
    try:
        _take(request, form.cleaned_data["text"], form.cleaned_data["nonce"] or uuid4())
    except Invalid as refusal:
        form.add_error("text", str(refusal.message))
        return show(request, form, status=refusal.status)
    return _back(request)


@require_POST
def assistant_choice(request: HttpRequest, turn_id: UUID) -> HttpResponse:
    """One of the answers that were offered."""
    limits.spend("assistant.address", limits.client(request))
    dialogue = _mine(request)
    turn = selectors.turn_in(dialogue, turn_id)
    article = request.POST.get("article", "")
    services.choose(turn, article=article, by=_by(dialogue))
    return _back(request)


@require_POST
def assistant_rating(request: HttpRequest, turn_id: UUID) -> HttpResponse:
    """Did it help? After so many times no, a person is called."""
    limits.spend("assistant.address", limits.client(request))
    dialogue = _mine(request)
    turn = selectors.turn_in(dialogue, turn_id)
    services.rate(turn, helped=request.POST.get("helped") == "yes", by=_by(dialogue))
    services.hand_over_after_failures(dialogue)
    return _back(request)


@require_POST
def assistant_person(request: HttpRequest) -> HttpResponse:
    """A person, please. What was said goes along; who has said nothing yet says first what it is about."""
    limits.spend("assistant.address", limits.client(request))
    form = PersonForm(request.POST)
    if not form.is_valid():
        return show(request, AskForm(), person_form=form, status=400)
    try:
        _to_person(request, form)
    except Invalid as refusal:
        field = "contact" if refusal.data.get("field") in ("email", "phone") else "text"
        form.add_error(field, str(refusal.message))
        return show(request, AskForm(), person_form=form, status=refusal.status)
    return _back(request)


@require_POST
def assistant_new(request: HttpRequest) -> HttpResponse:
    """Leave this talk behind and begin another; the old one ends by its timer, or stays with people."""
    request.session.pop(SLOT, None)
    return redirect("assistant_home")


def _take(request: HttpRequest, text: str, nonce: UUID) -> None:
    """The words go to the assistant, or to the person who took over."""
    dialogue = _dialogue(request)
    if dialogue is not None and dialogue.case is not None:
        case_services.hear_again(dialogue.case, text, request_key=f"dialogue:{nonce}", by=_by(dialogue))
        return
    if dialogue is None or not dialogue.is_open:
        contact = visitor_of(request.session, request.user)
        dialogue = services.begin(
            lang=i18n.short(), contact=contact, by=contact.actor if contact else VISITOR
        )
        request.session[SLOT] = str(dialogue.id)
    turn = services.hear(dialogue, text, nonce=nonce, by=_by(dialogue))
    _remember(request, services.respond(turn))


def _to_person(request: HttpRequest, form: PersonForm) -> None:
    dialogue, text = _dialogue(request), form.cleaned_data["text"].strip()
    if dialogue is None or not (dialogue.is_open or dialogue.case):
        services.check(text)
        contact = visitor_of(request.session, request.user)
        dialogue = services.begin(
            lang=i18n.short(), contact=contact, by=contact.actor if contact else VISITOR
        )
        request.session[SLOT] = str(dialogue.id)
    if text and dialogue.case is None:
        services.hear(dialogue, text, by=_by(dialogue))
    reason = services.reason_of_call(dialogue)
    person = form.person(language=dialogue.lang)
    _remember(request, services.hand_over(dialogue, reason=reason, person=person, by=_by(dialogue)))


def _remember(request: HttpRequest, outcome: Turn | Handoff | None) -> None:
    """The request that came of it stands among this browser's own."""
    if isinstance(outcome, Handoff):
        remembered.remember(request.session, cases.follow_key(outcome.case))


def _dialogue(request: HttpRequest) -> Dialogue | None:
    return selectors.dialogue_of(request.session.get(SLOT, ""))


def _mine(request: HttpRequest) -> Dialogue:
    dialogue = _dialogue(request)
    if dialogue is None:
        raise Conflict("dialogue_closed", "")
    return dialogue


def _by(dialogue: Dialogue) -> Actor:
    return dialogue.contact.actor if dialogue.contact else VISITOR


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('assistant_home')}#last")


def show(
    request: HttpRequest,
    form: AskForm,
    *,
    person_form: PersonForm | None = None,
    flow: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of this browser's talk; `flow` is the present step with what was wrong with the answer to it."""
    context: dict[str, Any] = talk.page(_dialogue(request))
    context |= {"form": form, "person_form": person_form or PersonForm(), "nonce": uuid4()}
    context |= {"flow": flow} if flow else {}
    return render(request, "assistant/talk.html", context, status=status)
