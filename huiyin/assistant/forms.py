"""Shapes of what the assistant's pages take in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.services.contacts import Person
from huiyin.assistant.models import Flow, FlowAction, HumanTopic
from huiyin.assistant.services.dialogues import MAX_TEXT
from huiyin.assistant.services.flow_files import MOST_BYTES
from huiyin.knowledge.models import Language


class AskForm(forms.Form):
    """A question, with the page's own mark so that sending it twice asks once."""

    text = forms.CharField(
        label=_("Your question"),
        max_length=MAX_TEXT,
        error_messages={"required": _("Please write your question first.")},
    )
    nonce = forms.UUIDField(required=False)


class PersonForm(forms.Form):
    """A person, please: where they may answer, if anywhere but on this page."""

    text = forms.CharField(required=False, max_length=MAX_TEXT)
    contact = forms.CharField(
        label=_("E-mail or phone (optional)"),
        required=False,
        max_length=200,
        help_text=_("Only so that the answer finds you when you leave this page."),
    )

    def clean_contact(self) -> str:
        """An e-mail address or a phone number; nothing is fine too."""
        value = str(self.cleaned_data["contact"]).strip()
        if value and "@" not in value and sum(c.isdigit() for c in value) < 5:
            raise forms.ValidationError(_("Please write an e-mail address or a phone number."))
        return value

    def person(self, *, language: str) -> Person:
        """Who asks, as far as they say."""
        value = self.cleaned_data["contact"]
        kind = "email" if "@" in value else "phone"
        return Person.of(**{kind: value}, language=language)


class ThresholdForm(forms.Form):
    """How sure the assistant has to be, in percent."""

    answer_at = forms.IntegerField(label=_("Answer alone from"), min_value=0, max_value=100)
    offer_at = forms.IntegerField(label=_("Offer answers from"), min_value=0, max_value=100)
    failures = forms.IntegerField(
        label=_("Failures in a row before a person is called"), min_value=1, max_value=10
    )


class PrecisionForm(forms.Form):
    """The share of right answers that is wanted, in percent."""

    precision = forms.IntegerField(label=_("Wanted precision"), min_value=50, max_value=99, initial=90)


class TopicForm(forms.Form):
    """A topic that only people answer."""

    kind = forms.ChoiceField(label=_("Chosen by"), choices=HumanTopic.Kind.choices)
    value = forms.CharField(label=_("Words or category"), max_length=80)


class _Dressed(forms.Form):
    """Inputs as the house draws them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                choosing = isinstance(field.widget, forms.Select)
                field.widget.attrs["class"] = "form-select" if choosing else "form-control"


class FlowForm(_Dressed):
    """A new guided flow."""

    title = forms.CharField(label=_("Title"), max_length=120)
    key = forms.CharField(
        label=_("Address"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens, such as refund-status."),
    )
    lang = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class FlowDetailsForm(_Dressed):
    """What users see of a flow before it begins, and the words that lead to it."""

    title = forms.CharField(label=_("Title"), max_length=120)
    summary = forms.CharField(label=_("What it helps with"), max_length=200, required=False)
    words = forms.CharField(
        label=_("Words that lead here"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One to a line. A question that holds one of them begins this flow."),
    )
    is_listed = forms.BooleanField(label=_("Listed in the help centre"), required=False)

    @staticmethod
    def initial_of(flow: Flow) -> dict[str, Any]:
        """The form as the flow is now."""
        words = "\n".join(flow.words)
        return {"title": flow.title, "summary": flow.summary, "words": words, "is_listed": flow.is_listed}

    def values(self) -> dict[str, Any]:
        """The same for the service."""
        return {**self.cleaned_data, "words": self.cleaned_data["words"].splitlines()}


class FlowFileForm(_Dressed):
    """A guided flow as a file."""

    file = forms.FileField(label=_("File"), widget=forms.FileInput(attrs={"accept": ".json"}))

    def data_of_file(self) -> bytes:
        """As much of it as says whether it is too large."""
        read: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return read


class FlowActionForm(_Dressed):
    """A system that flows may ask."""

    title = forms.CharField(label=_("Name"), max_length=120)
    key = forms.CharField(label=_("Key"), max_length=60, help_text=_("Small letters, digits and hyphens."))
    url = forms.CharField(label=_("Address"), max_length=2_000)
    seconds = forms.IntegerField(label=_("Waits at most, in seconds"), min_value=1, max_value=8, initial=5)
    gives = forms.CharField(
        label=_("Values that it gives"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One name to a line: small letters, digits and underscores."),
    )

    @staticmethod
    def initial_of(action: FlowAction) -> dict[str, Any]:
        """The form as the system is set up now."""
        plain = {name: getattr(action, name) for name in ("title", "key", "url", "seconds")}
        return {**plain, "gives": "\n".join(action.gives)}

    def values(self) -> dict[str, Any]:
        """The same for the service."""
        return {**self.cleaned_data, "gives": self.cleaned_data["gives"].splitlines()}


class WritingForm(forms.Form):
    """The switch of one business line."""

    place = forms.CharField(max_length=36)
    is_on = forms.BooleanField(required=False)
    tokens_a_day = forms.IntegerField(min_value=0, max_value=100_000_000)
