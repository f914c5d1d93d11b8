"""What the account pages share: where somebody wanted to go, and proofs that are fresh."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from huiyin.core.redirects import safe_next

FRESH = 10 * 60


def wanted(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    return safe_next(request.POST.get("next") or request.GET.get("next") or "", default="")


def is_fresh(request: HttpRequest) -> bool:
    """Was something proved in this session within ten minutes?"""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return bool(records) and time.time() - max(each["at"] for each in records) < FRESH


def fresh(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around what is sensitive: first confirm that it is still you, then come back."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else reverse("account_security")
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")

    return checked
