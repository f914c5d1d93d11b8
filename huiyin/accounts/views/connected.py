"""Apps connected to one's own account, and how to shut them out again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from huiyin.accounts.selectors import clients
from huiyin.accounts.services import clients as services


@require_GET
def connected_apps(request: HttpRequest) -> HttpResponse:
    """Which apps of others may do what with this account, and since when."""
    user: Any = request.user
    apps = [
        {"client": each.client, "since": each.since, "words": clients.words_of(each.scopes)}
        for each in clients.connections_of(user)
    ]
    return render(request, "accounts/oidc_connected.html", {"apps": apps, "tab": "apps"})


@require_POST
def app_removal(request: HttpRequest, client_id: str) -> HttpResponse:
    user: Any = request.user
    services.disconnect(clients.connection_of(user, client_id), by=user.actor)
    return redirect("account_apps")
