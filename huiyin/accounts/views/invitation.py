"""The page behind an invitation: choose a name and a password, and be in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from huiyin.accounts.forms.staff import JoinTeamForm
from huiyin.accounts.models import Role
from huiyin.accounts.services import invitations
from huiyin.core import limits, toasts
from huiyin.core.errors import Refusal


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """The key in the address is the permission; wrong keys are counted."""
    limits.spend("staff.invitation", limits.client(request))
    row = invitations.opened(key)
    form = JoinTeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.accept(key, **form.cleaned_data)
            toasts.tell(request, _("Welcome. Please sign in with the name you chose."), tone="good")
            return redirect("sign_in")
        except Refusal as refusal:
            form.refuse(refusal)
    shown = {"form": form, "invitation": row, "role": Role(row.role).label}
    return render(request, "accounts/invitation.html", shown, status=400 if form.errors else 200)
