"""Shape of what administrators give about host sites."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import HostKey

TEXT = {"class": "form-control", "autocomplete": "off"}


class SiteForm(forms.Form):
    """One site of the company that vouches for its users."""

    name = forms.CharField(label=_("Name of the site"), max_length=80, widget=forms.TextInput(TEXT))
    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=200,
        help_text=_("What its tokens say as iss, for example https://www.example.com."),
        widget=forms.TextInput(TEXT),
    )
    origins = forms.CharField(
        label=_("Addresses of its pages"),
        help_text=_("One a line, such as https://www.example.com. Tokens from other pages are refused."),
        widget=forms.Textarea({**TEXT, "rows": 3}),
    )
    namespace = forms.SlugField(
        label=_("Namespace"),
        max_length=60,
        required=False,
        help_text=_(
            "Keeps its account numbers apart from those of other sites. Leave it empty when they are the numbers "
            "that your programs send as external_id. It cannot be changed later."
        ),
        widget=forms.TextInput(TEXT),
    )
    is_trusted = forms.BooleanField(
        label=_("The site has proved its users' e-mail addresses and phone numbers"),
        required=False,
        help_text=_("Only then may an address lead to a user whom we know already."),
    )
    demands_token = forms.BooleanField(
        label=_("Let nobody in from its pages without a token"), required=False, initial=True
    )

    def given(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        return {**data, "origins": [line for line in data["origins"].split() if line]}


class KeyForm(forms.Form):
    """One more key of a site."""

    algorithm = forms.ChoiceField(label=_("Algorithm"), choices=HostKey.Algorithm.choices)
    public_key = forms.CharField(
        label=_("Public key"),
        required=False,
        max_length=4000,
        help_text=_("For RS256 and ES256, in PEM form. For HS256 leave it empty: we make the secret."),
        widget=forms.Textarea({**TEXT, "rows": 4, "spellcheck": "false"}),
    )
