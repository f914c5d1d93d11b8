"""What staff do to a case. Each view: find, check the verb, one service, the page again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Product, Team, User
from huiyin.cases import policies, selectors, services
from huiyin.cases.models import Case
from huiyin.cases.selectors import detail
from huiyin.cases.selectors.timeline import timeline
from huiyin.cases.views.desk import show
from huiyin.cases.views.undoing import offer
from huiyin.core import attachments
from huiyin.core.access import requires
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict, Forbidden, Invalid, NotFound
from huiyin.core.idempotency import once_per_form
from huiyin.core.numbers import whole

Work = Callable[[Case, Actor, Any], object]


@requires(policies.can_handle_cases)
@require_POST
@once_per_form
def case_reply(request: HttpRequest, number: str) -> HttpResponse:
    def work(case: Case, by: Actor, given: Any) -> None:
        files = attachments.store_all(request.FILES.getlist("files"), by=by)
        services.reply(
            case,
            given.get("body", ""),
            files=tuple(file.id for file in files),
            then=given.get("then", ""),
            version=_version(given),
            by=by,
        )

    return act(request, number, work, field="body")


@requires(policies.can_note_cases)
@require_POST
@once_per_form
def case_note(request: HttpRequest, number: str) -> HttpResponse:
    def work(case: Case, by: Actor, given: Any) -> None:
        files = attachments.store_all(request.FILES.getlist("files"), by=by)
        services.note(case, given.get("body", ""), files=tuple(file.id for file in files), by=by)

    return act(request, number, work, field="body", verb=lambda user, _case: policies.can_note_cases(user))


@requires(policies.can_handle_cases)
@require_POST
def case_assignment(request: HttpRequest, number: str) -> HttpResponse:
    def work(case: Case, by: Actor, given: Any) -> None:
        owner, team = _chosen(given)
        note = given.get("note", "")
        services.assign(case, owner=owner, team=team, reason=note, version=_version(given), by=by)

    return act(request, number, work, field="note", done=_("Handed over."))


@requires(policies.can_handle_cases)
@require_POST
def case_transition(request: HttpRequest, number: str) -> HttpResponse:
    def work(case: Case, by: Actor, given: Any) -> None:
        reason = given.get("reason", "")
        services.transition(case, given.get("to", ""), reason=reason, version=_version(given), by=by)

    return act(request, number, work, field="reason", done=_("Status changed."))


@requires(policies.can_handle_cases)
@require_POST
def case_solution(request: HttpRequest, number: str) -> HttpResponse:
    def work(case: Case, by: Actor, given: Any) -> None:
        services.solve(
            case,
            resolution=given.get("resolution", ""),
            temporary_fix=given.get("temporary_fix", ""),
            lasting_fix=given.get("lasting_fix", ""),
            version=_version(given),
            by=by,
        )

    return act(request, number, work, field="resolution")


@requires(policies.can_handle_cases)
@require_POST
def case_edit(request: HttpRequest, number: str) -> HttpResponse:
    def work(case: Case, by: Actor, given: Any) -> None:
        values = {name: given[name] for name in ("priority", "category", "kind", "subject") if name in given}
        if "product" in given:
            values["product"] = _product(given["product"])
        own = {name.removeprefix("field-"): text for name, text in given.items() if name.startswith("field-")}
        if own:
            values["fields"] = own
        services.change(case, values, version=_version(given), by=by)

    return act(request, number, work, field="subject", done=_("Saved."))


@requires(policies.can_handle_cases)
@require_POST
def case_correction(request: HttpRequest, number: str) -> HttpResponse:
    def work(case: Case, by: Actor, given: Any) -> None:
        services.correct(case, verdict=given.get("task", ""), label=given.get("value", ""), by=by)

    return act(request, number, work, field="value")


@requires(policies.can_handle_cases)
@require_POST
def case_bulk(request: HttpRequest) -> HttpResponse:
    """The same act on every selected case; those that refuse are named and the others are done."""
    user: Any = request.user
    refused, acted = [], []
    for number in request.POST.getlist("numbers")[:100]:
        try:
            case = selectors.case_for(user, number)
            acted.append((_bulk(case, user, request.POST), services.standing(case)))
        except (Conflict, Forbidden, NotFound) as refusal:
            refused.append(_("%(name)s: %(value)s") % {"name": number, "value": refusal.message})
    back = _own(request.POST.get("next", "")) or reverse("case_list")
    offer(request, _n_changed(len(acted)), acted, back=back)
    if refused:
        raise Conflict("some_refused", _("Not done: %(cases)s") % {"cases": " ".join(refused)})
    response = redirect(back)
    return _told(response)


@requires(policies.can_read_cases)
@require_POST
def view_create(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    shared = bool(request.POST.get("is_shared")) and policies.can_lead_cases(user)
    name, query = request.POST.get("name", ""), request.POST.get("query", "")
    view = services.save_view(user=user, name=name, query=query, is_shared=shared)
    return redirect(f"/desk/cases/?{view.query}")


@requires(policies.can_read_cases)
@require_POST
def view_delete(request: HttpRequest, view_id: UUID) -> HttpResponse:
    services.delete_view(selectors.own_view_for(request.user, view_id))  # type: ignore[arg-type]
    return redirect("case_list")


def act(
    request: HttpRequest,
    number: str,
    work: Work,
    *,
    field: str,
    verb: Callable[[Any, Case], bool] = policies.can_handle,
    done: str = "",
) -> HttpResponse:
    """Do it and show the case again. A stale version shows both texts and keeps what was typed.

    `done` says what an act did that can be taken back; the toast that tells it offers the undo.
    """
    user: Any = request.user
    case = selectors.case_for(user, number)
    if not verb(user, case):
        raise Forbidden("not_allowed", _("Your role does not handle this case."))
    before = services.standing(case)
    try:
        work(case, user.actor, request.POST)
    except Conflict as conflict:
        if conflict.code != "case_changed":
            raise
        return _clash(request, selectors.case_for(user, number), field)
    return _done(request, selectors.case_for(user, number), before, done)


def _done(request: HttpRequest, case: Case, before: dict[str, Any], told: str) -> HttpResponse:
    """The case after the act, with the offer to take it back when there is one."""
    here = "" if request.htmx else reverse("case_detail", args=[case.number])  # type: ignore[attr-defined]
    if told and case.is_active:
        offer(request, told, [(case, before)], back=here)
    return redirect(here) if here else _told(show(request, case))


def _clash(request: HttpRequest, case: Case, field: str) -> HttpResponse:
    return show(request, case, conflict=_both(case, request, field))


def _both(case: Case, request: HttpRequest, field: str) -> dict[str, Any]:
    """What the writer typed, and what the others did meanwhile."""
    recent = [detail.staff_item(item) for item in timeline(case, last=3)]
    return {
        "field": field,
        "mine": request.POST.get(field, ""),
        "kept": [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in {field, "version", "nonce", "csrfmiddlewaretoken"}
        ],
        "theirs": [item for item in recent if item["kind"] != "event"] or recent,
        "action": request.resolver_match.url_name if request.resolver_match else "",
        "version": case.version,
    }


def _n_changed(count: int) -> str:
    return ngettext("%(n)s case changed.", "%(n)s cases changed.", count) % {"n": count}


def _bulk(case: Case, user: User, given: Any) -> Case:
    if not policies.can_handle(user, case):
        raise Forbidden("not_allowed", _("Your role does not handle this case."))
    if given.get("priority"):
        return services.change(case, {"priority": given["priority"]}, by=user.actor)
    owner, team = _chosen(given)
    return services.assign(case, owner=owner, team=team, by=user.actor)


def _chosen(given: Any) -> tuple[User | None, Team | None]:
    """Whom the form names: `assign` is `owner:ID` or `team:KEY`. Refuses anybody we do not know."""
    kind, _colon, key = given.get("assign", "").partition(":")
    directory = people.directory()
    owner = next((u for u in directory.people.values() if kind == "owner" and str(u.id) == key), None)
    team = next((t for t in directory.teams.values() if kind == "team" and t.key == key), None)
    if owner is None and team is None:
        raise Invalid("nobody_chosen", _("Please choose a person or a team."), field="assign")
    return owner, team


def _product(key: str) -> Product | None:
    found = people.directory().product(key) if key else None
    if key and found is None:
        raise Invalid("product_unknown", _("There is no such product."), field="product")
    return found


def _version(given: Any) -> int | None:
    return whole(given.get("version", ""))


def _own(target: str) -> str:
    """Only our own lists; nothing that leaves the site."""
    return target if target.startswith("/desk/") and "\\" not in target else ""


def _told(response: HttpResponse) -> HttpResponse:
    response["HX-Trigger"] = "cases-changed"
    return response
