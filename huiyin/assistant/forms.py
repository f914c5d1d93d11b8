"""Shapes of what the assistant's pages take in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.services.contacts import Person
from huiyin.assistant.services.dialogues import MAX_TEXT


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
