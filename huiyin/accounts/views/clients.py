"""Apps of others, for administrators: the list, and one app with its secret."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.accounts.forms.clients import AppForm
from huiyin.accounts.models import RegisteredApp
from huiyin.accounts.policies import can_administer
from huiyin.accounts.selectors import clients
from huiyin.accounts.services import clients as services
from huiyin.core.access import requires
from huiyin.core.errors import Refusal

administers = requires(can_administer)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def app_list(request: HttpRequest) -> HttpResponse:
    """The apps, and the form for one more; its secret stands on the answer and nowhere else."""
    user: Any = request.user
    form = AppForm(request.POST or None, initial={"kind": "server", "scopes": ["openid"]})
    if request.method == "POST" and form.is_valid():
        try:
            app, secret = services.register_app(form.given(), by=user.actor)
            return _detail(request, app, form=_form_of(app), secret=secret)
        except Refusal as refusal:
            _refuse(form, refusal)
    shown = {"form": form, "apps": clients.apps_for(user)}
    return render(request, "accounts/oidc_app_list.html", shown, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def app_detail(request: HttpRequest, client_id: str) -> HttpResponse:
    """One app: what it may ask for, and where people come back to."""
    user: Any = request.user
    app = clients.app_for(user, client_id)
    form = _form_of(app, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_app(app, form.given(), by=user.actor)
            return redirect("oidc_app", client_id)
        except Refusal as refusal:
            _refuse(form, refusal)
    return _detail(request, app, form=form)


@require_POST
@administers
def app_secret(request: HttpRequest, client_id: str) -> HttpResponse:
    user: Any = request.user
    app = clients.app_for(user, client_id)
    return _detail(request, app, form=_form_of(app), secret=services.renew_secret(app, by=user.actor))


@require_POST
@administers
def app_disabling(request: HttpRequest, client_id: str) -> HttpResponse:
    user: Any = request.user
    services.disable_app(clients.app_for(user, client_id), by=user.actor)
    return redirect("oidc_app", client_id)


@require_POST
@administers
def app_enabling(request: HttpRequest, client_id: str) -> HttpResponse:
    user: Any = request.user
    services.enable_app(clients.app_for(user, client_id), by=user.actor)
    return redirect("oidc_app", client_id)


def _detail(request: HttpRequest, app: RegisteredApp, *, form: AppForm, secret: str = "") -> HttpResponse:
    shown = {
        "app": app,
        "kind": services.kind_of(app),
        "form": form,
        "secret": secret,
        "issuer": settings.ORIGIN,
    }
    wrong = request.method == "POST" and form.is_bound and form.errors
    return render(request, "accounts/oidc_app.html", shown, status=400 if wrong else 200)


def _form_of(app: RegisteredApp, given: Any = None) -> AppForm:
    form = AppForm(
        given,
        initial={
            "name": app.client.name,
            "kind": services.kind_of(app),
            "home": app.home,
            "logout_uri": app.logout_uri,
            "redirect_uris": "\n".join(app.client.get_redirect_uris()),
            "scopes": app.client.get_scopes(),
            "acts_as": app.acts_as.username if app.acts_as else "",
        },
    )
    form.fields["kind"].disabled = True
    return form


def _refuse(form: AppForm, refusal: Refusal) -> None:
    field = str(refusal.data.get("field", ""))
    form.add_error(field if field in form.fields else None, str(refusal.message))
