"""Host sites, for administrators: the list, one site with its keys and the tokens that it was refused."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.accounts.forms.sites import KeyForm, SiteForm
from huiyin.accounts.models import HostSite
from huiyin.accounts.models.sites import Why
from huiyin.accounts.policies import can_administer
from huiyin.accounts.selectors import sites
from huiyin.accounts.services import sites as services
from huiyin.core.access import requires
from huiyin.core.errors import Refusal

administers = requires(can_administer)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def site_list(request: HttpRequest) -> HttpResponse:
    """The sites, and the form for one more."""
    user: Any = request.user
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("host_site", services.open_site(form.given(), by=user.actor).id)
        except Refusal as refusal:
            _refuse(form, refusal)
    shown = {"form": form, "sites": sites.sites_for(user)}
    return render(request, "accounts/site_list.html", shown, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def site_detail(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """One site: what it may, its keys, and what it was refused."""
    user: Any = request.user
    site = sites.site_for(user, site_id)
    form = SiteForm(request.POST or _as_given(site))
    form.fields["namespace"].disabled = True
    form.initial["namespace"] = site.namespace
    if request.method == "POST" and form.is_valid():
        try:
            services.change_site(site, form.given(), by=user.actor)
            return redirect("host_site", site.id)
        except Refusal as refusal:
            _refuse(form, refusal)
    return _detail(request, site, form=form)


@require_POST
@administers
def site_key(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """One more key. A shared secret stands on this page and on no other."""
    user: Any = request.user
    site = sites.site_for(user, site_id)
    form, secret = KeyForm(request.POST), ""
    if form.is_valid():
        try:
            _key, secret = services.add_key(site, **form.cleaned_data, by=user.actor)
            form = KeyForm()
        except Refusal as refusal:
            _refuse(form, refusal)
    return _detail(request, sites.site_for(user, site_id), key_form=form, secret=secret)


@require_POST
@administers
def site_key_revocation(request: HttpRequest, site_id: UUID, kid: str) -> HttpResponse:
    user: Any = request.user
    services.revoke_key(sites.site_for(user, site_id), kid, by=user.actor)
    return redirect("host_site", site_id)


@require_POST
@administers
def site_closing(request: HttpRequest, site_id: UUID) -> HttpResponse:
    user: Any = request.user
    services.close_site(sites.site_for(user, site_id), by=user.actor)
    return redirect("host_sites")


def _detail(
    request: HttpRequest,
    site: HostSite,
    *,
    form: Form | None = None,
    key_form: Form | None = None,
    secret: str = "",
) -> HttpResponse:
    shown = {
        "site": site,
        "form": form or SiteForm(_as_given(site)),
        "key_form": key_form or KeyForm(),
        "secret": secret,
        "audience": settings.ORIGIN,
        "refusals": [{**row, "why": Why(row["why"]).label} for row in sites.refusals_of(site)],
    }
    wrong = request.method == "POST" and any(each.errors for each in (form, key_form) if each is not None)
    return render(request, "accounts/site_detail.html", shown, status=400 if wrong else 200)


def _as_given(site: HostSite) -> dict[str, Any]:
    plain = {
        name: getattr(site, name) for name in ("name", "issuer", "namespace", "is_trusted", "demands_token")
    }
    return {**plain, "origins": "\n".join(site.origins)}


def _refuse(form: Form, refusal: Refusal) -> None:
    field = str(refusal.data.get("field", ""))
    form.add_error(field if field in form.fields else None, str(refusal.message))
