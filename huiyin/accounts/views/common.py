"""What the account pages share: where somebody wanted to go, and proofs that are fresh."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from huiyin.accounts.forms.confirming import is_fresh
from huiyin.core.redirects import safe_next


def wanted(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    return safe_next(request.POST.get("next") or request.GET.get("next") or "", default="")


def fresh(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around what is sensitive: first confirm that it is still you, then come back."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else reverse("account_security")
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")

    return checked
