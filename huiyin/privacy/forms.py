"""Forms of privacy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.accounts import addresses
from huiyin.accounts.forms.door import AddressForm, RefusableForm
from huiyin.accounts.models import Contact
from huiyin.accounts.selectors.ages import years
from huiyin.privacy import kinds
from huiyin.privacy.models import Assessment, Hold
from huiyin.privacy.selectors import governing, purposes

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}


def prose(rows: int = 3) -> forms.Textarea:
    return forms.Textarea({**CONTROL, "rows": rows})


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


class GuardianForm(AddressForm):
    """Whom we ask when somebody is under 14."""

    address = forms.CharField(
        label=_("Phone or e-mail of your parent or guardian"),
        max_length=addresses.MAX,
        widget=forms.TextInput({**CONTROL, "autocomplete": "off", "inputmode": "email"}),
    )


class GuardianAnswerForm(RefusableForm):
    """Yes needs the word that it is the guardian who says it; no needs nothing."""

    answer = forms.ChoiceField(choices=[("yes", ""), ("no", "")], widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_guardian = forms.BooleanField(
        label=_("I am this child's parent or guardian, at least 18, and agree on their behalf"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("answer") == "yes" and not given.get("is_guardian"):
            self.add_error("is_guardian", _("Only a parent or guardian can agree."))
        return given


class AgeForm(forms.Form):
    """The year in which somebody under 14 turns 14; nothing closer is asked."""

    age = forms.TypedChoiceField(
        label=_("I turn 14 in"),
        choices=lambda: [(str(year), str(year)) for year in years()],
        coerce=int,
        widget=forms.Select(SELECT),
    )


class AgeCorrectionForm(RefusableForm):
    reason = forms.CharField(
        label=_("How do you know?"),
        max_length=500,
        help_text=_(
            "What you were shown or told. It is kept sealed with the person's data; their copy holds it."
        ),
        widget=prose(3),
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


class HoldForm(forms.Form):
    """Whose data is kept, and why."""

    person = forms.CharField(
        label=_("Person"),
        max_length=200,
        help_text=_(
            "A case of theirs (HY-000123), an e-mail address, a phone number, or the number of the register"
        ),
        widget=forms.TextInput({**CONTROL, "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=Hold.Reason.choices, widget=forms.Select(SELECT))

    def clean_person(self) -> str:
        found = governing.person_named(self.cleaned_data["person"])
        if found is None:
            raise forms.ValidationError(_("We know nobody by this."))
        self.found: Contact = found
        return str(self.cleaned_data["person"])


class PurposeForm(forms.Form):
    """A purpose of the company's own, with its name and its first words in both languages."""

    key = forms.CharField(
        label=_("Key of the purpose"),
        max_length=20,
        help_text=_("Small Latin letters and underscores, such as research; it is never changed."),
        widget=forms.TextInput({**CONTROL, "autocomplete": "off"}),
    )
    label_zh = forms.CharField(label=_("Name in Chinese"), max_length=60, widget=forms.TextInput(CONTROL))
    label_en = forms.CharField(label=_("Name in English"), max_length=60, widget=forms.TextInput(CONTROL))
    zh = forms.CharField(label=_("Text in Chinese"), max_length=4000, widget=prose(4))
    en = forms.CharField(label=_("Text in English"), max_length=4000, widget=prose(4))

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        names, texts = (data["label_zh"], data["label_en"]), (data["zh"], data["en"])
        return {"key": data["key"].strip(), "label": names, "text": texts}


class TextForm(forms.Form):
    """The next version of what people are asked."""

    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=lambda: list(purposes.labels().items()), widget=forms.Select(SELECT)
    )
    zh = forms.CharField(label=_("Text in Chinese"), max_length=4000, widget=prose(4))
    en = forms.CharField(label=_("Text in English"), max_length=4000, widget=prose(4))


class AssessmentForm(forms.ModelForm[Assessment]):
    """A processing judged: what, why, what it does to people, and what is done against it."""

    class Meta:
        model = Assessment
        fields = (
            *("subject", "occasion", "transfer", "purpose", "necessity", "effects", "safeguards"),
            *("risk", "conclusion", "review_on"),
        )
        labels = {
            "subject": _("What was assessed"),
            "occasion": _("Why the law asks for it"),
            "transfer": _("Recipient"),
            "purpose": _("Purpose and way of processing"),
            "necessity": _("Is it lawful, fair and necessary?"),
            "effects": _("What it may do to people"),
            "safeguards": _("Safeguards, and whether they fit the risk"),
            "risk": _("Risk that is left"),
            "conclusion": _("Conclusion"),
            "review_on": _("Look at it again on"),
        }
        help_texts = {"transfer": _("From the register of recipients; needed for a transfer abroad.")}
        widgets = {
            "subject": forms.TextInput(CONTROL),
            **{name: forms.Select(SELECT) for name in ("occasion", "transfer", "risk", "conclusion")},
            **{name: prose() for name in ("purpose", "necessity", "effects", "safeguards")},
            "review_on": forms.DateInput({**CONTROL, "type": "date"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recipient: Any = self.fields["transfer"]
        recipient.queryset, recipient.empty_label = governing.recipients_open(), _("None")
