"""People whom we serve, with their cases."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts import policies as may
from huiyin.accounts import selectors as people
from huiyin.accounts.selectors import family
from huiyin.accounts.services import merging
from huiyin.cases import policies
from huiyin.cases.selectors import contacts, unmasking
from huiyin.core.access import requires
from huiyin.core.audit import reading
from huiyin.core.errors import Conflict, Invalid, NotFound
from huiyin.privacy.policies import can_correct_age


@requires(policies.can_read_cases)
@require_GET
def contact_list(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:254]
    page = contacts.page(request.user, text, cursor=request.GET.get("cursor", ""))  # type: ignore[arg-type]
    return render(request, "cases/contact_list.html", {"text": text, **page})


@requires(policies.can_read_cases)
@require_GET
def contact_detail(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    user: Any = request.user
    contact = people.contact_for(user, contact_id)
    if contact.merged_into_id:
        return redirect("contact_detail", contact.merged_into_id)
    if not unmasking.is_own_work(user, contact.id):
        reading.read("contact.read", f"contact:{contact.id}", by=user.actor)
    context = {
        **contacts.one(user, contact),
        "can_merge": may.can_write_contacts(user),
        "can_correct_age": contact.is_minor and can_correct_age(user),
        "sees_clear": policies.sees_contacts_in_clear(user),
    }
    return render(request, "cases/contact_detail.html", context)


@requires(may.can_write_contacts)
@require_http_methods(["GET", "POST"])
def contact_merge(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Look for the same person, see what becomes of both, then say that they are one."""
    user: Any = request.user
    contact = people.contact_for(user, contact_id)
    given = request.POST if request.method == "POST" else request.GET
    text = given.get("q", "").strip()[:254]
    context = contacts.merging(user, contact, text)
    status = 200
    if chosen := given.get("other", ""):
        other = people.contact_for(user, _key(chosen))
        context["both"] = contacts.moving(contact, other)
    if request.method == "POST" and chosen:
        try:
            merging.merge(other, into=contact, by=user.actor)
            return redirect("contact_detail", contact.id)
        except (Conflict, Invalid) as refusal:
            context["fault"], status = refusal.message, refusal.status
    return render(request, "cases/contact_merge.html", context, status=status)


@requires(may.can_write_contacts)
@require_POST
def contact_split(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Two persons again."""
    user: Any = request.user
    made = family.merge_for(user, merge_id)
    merging.split(made, by=user.actor)
    return redirect("contact_detail", made.kept_id)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise NotFound("contact_absent", "") from problem
