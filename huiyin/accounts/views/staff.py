"""Administration of staff: who there is, what each may do, who is invited, what waits for a second person."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts import policies
from huiyin.accounts.forms.staff import EyesForm, InviteForm, LimitsForm, TrustForm
from huiyin.accounts.models import Role, TrustRequest, User
from huiyin.accounts.selectors import colleagues as selectors
from huiyin.accounts.services import invitations, limits, trust
from huiyin.core import toasts
from huiyin.core.access import requires
from huiyin.core.errors import Refusal
from huiyin.core.paging import cursor_page

administers = requires(policies.can_administer)


@administers
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Colleagues, open invitations, and what waits for a second administrator."""
    chosen = {name: request.GET.get(name, "").strip()[:100] for name in ("text", "role", "state")}
    found = selectors.colleagues(**chosen)
    page = cursor_page(found, order=("-id",), cursor=request.GET.get("cursor"))
    shown = {
        **chosen,
        "roles": Role.choices,
        "people": selectors.rows_of(page.items),
        "count": found.count(),
        "invitations": selectors.open_invitations(),
        "requests": selectors.waiting_requests(),
        "next_url": f"?{urlencode({**chosen, 'cursor': page.next})}" if page.next else "",
        "first_url": f"?{urlencode(chosen)}" if request.GET.get("cursor") else "",
    }
    return render(request, "accounts/staff_people.html", shown)


@administers
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_new(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, initial={"role": Role.AGENT})
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite(form.cleaned_data["email"], with_=form.trust, by=_me(request))
            toasts.tell(request, _("The invitation is on its way. It works for 72 hours."), tone="good")
            return redirect("staff_people")
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "accounts/staff_invite.html", {"form": form}, status=400 if form.errors else 200)


@administers
@require_POST
def invitation_withdrawal(request: HttpRequest, invitation: UUID) -> HttpResponse:
    invitations.withdraw(selectors.invitation_for(invitation), by=_me(request))
    toasts.tell(request, _("The invitation opens nothing any more."))
    return redirect("staff_people")


@administers
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """One colleague; a POST grants a role."""
    user = selectors.colleague(person)
    form = TrustForm(request.POST or None, initial={"role": Role.AGENT})
    if request.method == "POST" and form.is_valid():
        try:
            given = trust.trust(user, with_=form.trust, by=_me(request))
            _tell_trust(request, given)
            return redirect("staff_person", user.id)
        except Refusal as refusal:
            form.refuse(refusal)
    return _person(request, user, form)


@administers
@require_POST
def person_limits(request: HttpRequest, person: UUID) -> HttpResponse:
    user = selectors.colleague(person)
    form = LimitsForm(request.POST)
    if form.is_valid():
        try:
            limits.limit_person(user, to=form.limits, by=_me(request))
            toasts.tell(request, _("The limits hold from now on."), tone="good")
            return redirect("staff_person", user.id)
        except Refusal as refusal:
            form.refuse(refusal)
    return _person(request, user, TrustForm(initial={"role": Role.AGENT}), limits_form=form)


@administers
@require_POST
def disabling(request: HttpRequest, person: UUID) -> HttpResponse:
    """Every door shuts within seconds: pages, programs, streams."""
    user = selectors.colleague(person)
    trust.shut_out(user, by=_me(request))
    toasts.tell(request, _("%(name)s is shut out everywhere.") % {"name": user})
    return redirect("staff_person", user.id)


@administers
@require_POST
def enabling(request: HttpRequest, person: UUID) -> HttpResponse:
    user = selectors.colleague(person)
    trust.enable(user, by=_me(request))
    toasts.tell(request, _("%(name)s can sign in again.") % {"name": user}, tone="good")
    return redirect("staff_person", user.id)


@administers
@require_POST
def revocation(request: HttpRequest, grant: UUID) -> HttpResponse:
    given = trust.revoke(selectors.grant_for(grant), by=_me(request))
    toasts.tell(request, _("The role was taken away."))
    return redirect("staff_person", given.user_id)


@administers
@require_POST
def decision(request: HttpRequest, trust_request: UUID) -> HttpResponse:
    """The second person's word."""
    row = selectors.request_for(trust_request)
    if request.POST.get("verdict") == "agree":
        trust.agree(row, by=_me(request))
        toasts.tell(request, _("Agreed. The role holds from now on."), tone="good")
    else:
        trust.decline(row, by=_me(request))
        toasts.tell(request, _("Declined. Nothing was granted."))
    return redirect("staff_people")


def _person(
    request: HttpRequest, user: User, form: TrustForm, *, limits_form: LimitsForm | None = None
) -> HttpResponse:
    given = limits_form or LimitsForm(initial=LimitsForm.filled(selectors.rule_of(user)))
    shown = {
        "person": user,
        "row": selectors.rows_of([user])[0],
        "grants": selectors.grants_of(user),
        "form": form,
        "limits_form": given,
        "eyes_form": EyesForm(),
        "may_look": policies.can_borrow_eyes_of(request.user, user),
        "is_me": user.id == request.user.pk,
    }
    wrong = form.errors or given.errors
    return render(request, "accounts/staff_person.html", shown, status=400 if wrong else 200)


def _tell_trust(request: HttpRequest, given: Any) -> None:
    if isinstance(given, TrustRequest):
        toasts.tell(request, _("Asked. It holds once a second administrator agrees."))
    else:
        toasts.tell(request, _("The role holds from now on."), tone="good")


def _me(request: HttpRequest) -> User:
    me: Any = request.user
    return me
