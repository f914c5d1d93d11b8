"""Shape of what administrators give about apps of others."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.selectors.clients import SCOPES

TEXT = {"class": "form-control", "autocomplete": "off"}
KINDS = [
    ("server", _("Runs on a server and keeps a secret")),
    ("public", _("Runs in a browser or on a phone, without a secret")),
    ("itself", _("Acts for nobody but itself (client credentials)")),
]


class AppForm(forms.Form):
    """One app. Its kind is chosen once."""

    name = forms.CharField(label=_("Name of the app"), max_length=100, widget=forms.TextInput(TEXT))
    kind = forms.ChoiceField(
        label=_("Where it runs"), choices=KINDS, widget=forms.Select({"class": "form-select"})
    )
    home = forms.CharField(
        label=_("Its home page"),
        max_length=200,
        required=False,
        help_text=_("Shown to people who are asked, so that they know whom they let in."),
        widget=forms.URLInput(TEXT),
    )
    redirect_uris = forms.CharField(
        label=_("Addresses to come back to"),
        required=False,
        max_length=4000,
        help_text=_("One a line, compared letter by letter."),
        widget=forms.Textarea({**TEXT, "rows": 3}),
    )
    logout_uri = forms.CharField(
        label=_("Where it hears that somebody signed out"),
        required=False,
        max_length=400,
        help_text=_("Called by us with a signed message (OpenID Connect Back-Channel Logout)."),
        widget=forms.URLInput(TEXT),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may ask for"),
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    acts_as = forms.CharField(
        label=_("Whose rights limit it"),
        required=False,
        max_length=64,
        help_text=_("For an app that acts for itself: the user name of a member of staff."),
        widget=forms.TextInput(TEXT),
    )

    def given(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        return {**data, "redirect_uris": data["redirect_uris"].split()}
