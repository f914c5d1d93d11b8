"""Shape of what the account pages take."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.accounts import addresses
from huiyin.accounts.selectors.ages import years
from huiyin.core.errors import Refusal

MAX_PASSWORD = 256  # longer than the policy takes, so that the policy can say so


def _text(**attrs: Any) -> forms.TextInput:
    return forms.TextInput({"class": "form-control", **attrs})


def _secret(autocomplete: str, **attrs: Any) -> forms.PasswordInput:
    return forms.PasswordInput({"class": "form-control", "autocomplete": autocomplete, **attrs})


class RefusableForm(forms.Form):
    """A form that shows a service's refusal where it belongs."""

    def refuse(self, refusal: Refusal) -> None:
        field = refusal.data.get("field")
        self.add_error(
            field if field in self.fields else None, refusal.message or str(_("Please try again."))
        )


class SignInForm(RefusableForm):
    username = forms.CharField(
        label=_("Phone, e-mail or user name"),
        max_length=addresses.MAX,
        widget=_text(autocomplete="username webauthn", autocapitalize="none", spellcheck="false"),
    )
    password = forms.CharField(
        label=_("Password"), max_length=MAX_PASSWORD, strip=False, widget=_secret("current-password")
    )


class AddressForm(RefusableForm):
    """A phone number or an e-mail address, in one field."""

    address = forms.CharField(
        label=_("Phone or e-mail"),
        max_length=addresses.MAX,
        widget=_text(autocomplete="username", autocapitalize="none", spellcheck="false", inputmode="email"),
    )

    def __init__(self, *args: Any, way: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if way:
            self.fields["address"].label = _("Phone number") if way == "phone" else _("E-mail address")

    def clean_address(self) -> addresses.Address:
        found = addresses.parse(self.cleaned_data["address"])
        if found is None:
            raise forms.ValidationError(_("Please write a whole phone number or e-mail address."))
        return found


class CodeForm(RefusableForm):
    code = forms.CharField(
        label=_("Verification code"),
        max_length=20,
        widget=_text(autocomplete="one-time-code", inputmode="numeric", spellcheck="false"),
    )


class RecoveryForm(CodeForm):
    """A recovery code has letters too, so that a phone has to offer them."""

    code = forms.CharField(
        label=_("Recovery code"),
        max_length=20,
        widget=_text(autocomplete="off", autocapitalize="none", spellcheck="false"),
    )


def ages_offered() -> list[tuple[str, str]]:
    """14 or older, or the year in which somebody turns 14: nothing closer to a date of birth is asked."""
    words = gettext("Under 14; I turn 14 in %(year)s")
    return [("", gettext("14 or older")), *((str(year), words % {"year": year}) for year in years())]


class JoinForm(RefusableForm):
    """All but the consent is optional for somebody who has proved an address."""

    terms = forms.BooleanField(
        label=_("I have read the privacy policy and agree to it"),
        error_messages={"required": _("Without your agreement we may not keep an account for you.")},
    )
    age = forms.ChoiceField(
        label=_("Your age"),
        choices=ages_offered,
        required=False,
        help_text=_("Under 14, a parent or guardian has to agree before you can use the account."),
        widget=forms.Select({"class": "form-select"}),
    )
    name = forms.CharField(
        label=_("How may we call you?"), max_length=80, required=False, widget=_text(autocomplete="nickname")
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        required=False,
        help_text=_("To sign in without phone or e-mail."),
        widget=_text(autocomplete="off", autocapitalize="none", spellcheck="false"),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=MAX_PASSWORD,
        required=False,
        strip=False,
        help_text=_("At least 8 characters. You can also sign in by code and leave this out."),
        widget=_secret("new-password"),
    )

    @property
    def minor_until(self) -> int | None:
        return int(self.cleaned_data["age"]) if self.cleaned_data["age"] else None


class NameJoinForm(JoinForm):
    """For somebody who wants no address: then a name and a password are all there is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("username", "password"):
            self.fields[name].required = True
        self.fields["password"].help_text = _("At least 8 characters. A sentence of your own is best.")


class PasskeyJoinForm(JoinForm):
    """For somebody whom their device shall vouch for, and nothing else: two agreements, the second one separate."""

    username = None  # type: ignore[assignment]
    password = None  # type: ignore[assignment]
    consent = forms.BooleanField(
        label=_("I agree that this device checks my face, finger or PIN to sign me in"),
        error_messages={"required": _("Passkeys need your separate agreement. All other ways stay open.")},
    )
    credential = forms.CharField(widget=forms.HiddenInput, max_length=20_000, required=False)


class RecoveryDoorForm(RecoveryForm):
    """The way back for somebody who had nothing but a passkey."""

    username = forms.CharField(
        label=_("User name"),
        max_length=addresses.MAX,
        widget=_text(autocomplete="username", autocapitalize="none", spellcheck="false"),
    )
    field_order = ("username", "code")


class ProfileForm(RefusableForm):
    name = forms.CharField(
        label=_("How may we call you?"), max_length=80, required=False, widget=_text(autocomplete="nickname")
    )
    language = forms.ChoiceField(
        label=_("Language of our letters"),
        required=False,
        choices=[("", _("As the page")), *settings.LANGUAGES],
        widget=forms.Select({"class": "form-select"}),
    )


class PasswordForm(RefusableForm):
    password = forms.CharField(
        label=_("New password"),
        max_length=MAX_PASSWORD,
        strip=False,
        help_text=_(
            "At least 8 characters. A sentence is easier to remember and harder to guess than a riddle."
        ),
        widget=_secret("new-password"),
    )


class ConfirmForm(RefusableForm):
    password = forms.CharField(
        label=_("Password"), max_length=MAX_PASSWORD, strip=False, widget=_secret("current-password")
    )


class TwoCodesForm(RefusableForm):
    """One code from the address that is given up, one from the new one."""

    old = forms.CharField(
        label=_("Code from the old address"),
        max_length=20,
        required=False,
        widget=_text(autocomplete="off", inputmode="numeric"),
    )
    code = forms.CharField(
        label=_("Code from the new address"),
        max_length=20,
        widget=_text(autocomplete="one-time-code", inputmode="numeric"),
    )


class PasskeyForm(RefusableForm):
    name = forms.CharField(
        label=_("Name of this passkey"), max_length=60, required=False, widget=_text(autocomplete="off")
    )
    consent = forms.BooleanField(
        label=_("I agree that this device checks my face, finger or PIN to sign me in"),
        error_messages={"required": _("Passkeys need your separate agreement. All other ways stay open.")},
    )
    credential = forms.CharField(widget=forms.HiddenInput, max_length=20_000, required=False)
