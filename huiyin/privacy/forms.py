"""Forms of privacy."""

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.privacy import kinds

CONTROL = {"class": "form-control"}


class CorrectionForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=120, required=False, widget=forms.TextInput(CONTROL)
    )
    city = forms.CharField(label=_("City"), max_length=60, required=False, widget=forms.TextInput(CONTROL))


class ProofForm(forms.Form):
    """One of the two is asked for: the password, or the code that was sent."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        widget=forms.PasswordInput({**CONTROL, "autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=10,
        widget=forms.TextInput({**CONTROL, "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class RuleForm(forms.Form):
    """How long one class is kept, between the law's floor and our ceiling."""

    kind = forms.ChoiceField(
        choices=[(kind.key, kind.label) for kind in kinds.KINDS], widget=forms.HiddenInput
    )
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=3650)
    is_on = forms.BooleanField(label=_("On"), required=False)


class TransferForm(forms.Form):
    recipient = forms.CharField(label=_("Recipient"), max_length=120, widget=forms.TextInput(CONTROL))
    host = forms.CharField(
        label=_("Host name"),
        max_length=200,
        help_text=_("As in its address: hooks.example.com"),
        widget=forms.TextInput(CONTROL),
    )
    country = forms.RegexField(
        r"^[A-Z]{2}$",
        label=_("Country"),
        max_length=2,
        help_text=_("Two letters, such as CN, SG, DE"),
        widget=forms.TextInput(CONTROL),
    )
    purpose = forms.CharField(label=_("Purpose"), max_length=200, widget=forms.TextInput(CONTROL))
    data_classes = forms.CharField(label=_("Which data"), max_length=200, widget=forms.TextInput(CONTROL))
    assessment = forms.CharField(
        label=_("Assessment"),
        required=False,
        widget=forms.Textarea({**CONTROL, "rows": 4}),
        help_text=_("How the risk was judged and by whom. Needed before data may go abroad."),
    )
    is_allowed = forms.BooleanField(label=_("Data may be passed on"), required=False)
