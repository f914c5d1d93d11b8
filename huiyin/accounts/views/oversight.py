"""Looking over the shoulders: limits of roles, the review of rights, the record of acts, borrowed eyes."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.accounts import policies
from huiyin.accounts.forms.staff import AuditForm, EyesForm, RoleLimitsForm
from huiyin.accounts.models import ReviewDecision, Role, User
from huiyin.accounts.selectors import audit as record
from huiyin.accounts.selectors import colleagues as selectors
from huiyin.accounts.services import eyes, limits, reviews
from huiyin.core import audit, sheets, toasts
from huiyin.core.access import requires
from huiyin.core.errors import Invalid, NotFound, Refusal
from huiyin.core.paging import cursor_page

REVIEWED = ("user", "name", "role", "reach", "since", "by", "until", "used", "seen", "hints", "verdict")


@requires(policies.can_administer)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Each role with its limits."""
    return render(request, "accounts/staff_rules.html", {"rules": selectors.rules_of_roles()})


@requires(policies.can_administer)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, role: str) -> HttpResponse:
    """The limits of one role."""
    found = next((each for each in selectors.rules_of_roles() if each["role"] == role), None)
    if found is None:
        raise NotFound("role_unknown", "")
    initial = {**RoleLimitsForm.filled(found["rule"]), "second_factor": found["second_factor"]}
    form = RoleLimitsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            limits.limit_role(role, to=form.limits, by=_me(request))
            limits.need_second_factor(role, needed=form.cleaned_data["second_factor"], by=_me(request))
            toasts.tell(request, _("The limits hold from now on."), tone="good")
            return redirect("staff_rules")
        except Refusal as refusal:
            form.refuse(refusal)
    shown = {"form": form, "label": Role(role).label}
    return render(request, "accounts/staff_rule.html", shown, status=400 if form.errors else 200)


@requires(policies.can_review_access)
@require_GET
def review(request: HttpRequest) -> HttpResponseBase:
    """Who has which right since when, and what speaks against it."""
    current = reviews.open_review()
    findings = selectors.review_of(current)
    if request.GET.get("format") == "csv":
        audit.record("access.review_exported", f"review:{current.id}", by=_me(request).actor)
        return sheets.download(f"access-{current.quarter}.csv", REVIEWED, map(_line, findings), as_it_is=True)
    hinted = request.GET.get("hinted") == "1"
    shown = {
        "review": current,
        "findings": [each for each in findings if each.hints or not hinted],
        "count": len(findings),
        "decided": sum(1 for each in findings if each.verdict),
        "hinted": hinted,
        "may_decide": policies.can_administer(request.user),
        "earlier": selectors.reviews()[:8],
    }
    return render(request, "accounts/staff_review.html", shown)


@requires(policies.can_administer)
@require_POST
def verdict(request: HttpRequest, grant: UUID) -> HttpResponse:
    said = request.POST.get("verdict", "")
    if said not in ReviewDecision.Verdict.values:
        raise Invalid("verdict_unknown", _("Choose to keep or to take away."), field="verdict")
    reviews.decide(reviews.open_review(), given=selectors.grant_for(grant), verdict=said, by=_me(request))
    return redirect("staff_review")


@requires(policies.can_read_audit)
@require_GET
def audit_log(request: HttpRequest) -> HttpResponse:
    """The record of acts, searched; that it was searched is part of it."""
    form = AuditForm(request.GET)
    search = form.search if form.is_valid() else record.Search()
    page = cursor_page(record.entries(search), order=("-row",), cursor=request.GET.get("cursor"))
    _record_search("audit.read", search, request)
    chosen = {name: value for name, value in request.GET.items() if name != "cursor" and value}
    shown = {
        "form": form,
        "rows": record.rows_of(page.items),
        "actions": record.actions(),
        "export_url": urlencode(chosen),
        "next_url": f"?{urlencode({**chosen, 'cursor': page.next})}" if page.next else "",
        "first_url": f"?{urlencode(chosen)}" if request.GET.get("cursor") else "",
    }
    return render(request, "accounts/staff_audit.html", shown, status=400 if form.errors else 200)


@requires(policies.can_read_audit)
@require_GET
def audit_export(request: HttpRequest) -> HttpResponseBase:
    form = AuditForm(request.GET)
    if not form.is_valid():
        raise Invalid("search_invalid", _("Some filters are not right."))
    _record_search("audit.exported", form.search, request)
    return sheets.download("audit.csv", record.EXPORTED, record.export_rows(form.search))


@requires(policies.can_borrow_eyes)
@require_POST
def eyes_borrowing(request: HttpRequest, person: UUID) -> HttpResponse:
    """Look with the person's eyes from the next page on."""
    form = EyesForm(request.POST)
    if not form.is_valid():
        raise Invalid("reason_needed", _("Choose a reason."), field="reason")
    pair = eyes.borrow(selectors.account(person), reason=form.cleaned_data["reason"], by=_me(request))
    request.session["eyes"] = str(pair.id)
    return redirect("desk_home" if pair.user.is_staff_member else "request_list")


@requires(policies.can_enter_desk)
@require_POST
def eyes_return(request: HttpRequest) -> HttpResponse:
    pair = getattr(request, "eyes", None)
    if pair is not None:
        eyes.give_back(pair, by=request.behind)  # type: ignore[attr-defined]
        request.session.pop("eyes", None)
        return redirect("staff_person", pair.user_id)
    return redirect("desk_home")


def _record_search(action: str, search: record.Search, request: HttpRequest) -> None:
    audit.record(action, "audit:", by=_me(request).actor, detail={"filters": " ".join(search.names)})


def _line(found: selectors.Finding) -> tuple[Any, ...]:
    given = found.grant
    until = given.expires_at.isoformat() if given.expires_at else ""
    used = given.used_at.isoformat() if given.used_at else ""
    seen = found.seen_at.isoformat() if found.seen_at else ""
    by = str(given.granted_by) if given.granted_by else ""
    return (
        *(given.user.username, str(given.user), found.label, found.reach, given.granted_at.isoformat(), by),
        *(until, used, seen, " · ".join(found.hints), found.verdict),
    )


def _me(request: HttpRequest) -> User:
    me: Any = request.user
    return me
