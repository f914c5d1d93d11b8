"""Shape of the request form: what we need stands out, the rest is optional."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.accounts import selectors as people
from huiyin.accounts.services.contacts import Person
from huiyin.conversations.models import Way
from huiyin.voices.models import Kind
from huiyin.voices.services import MAX_TEXT, Spoken

CONTEXT = ("error_code", "happened_at", "page", "device", "client_time", "app_version")


class RequestForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is it about?"), choices=[], required=False)
    text = forms.CharField(
        label=_("What happened?"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Please tell us what happened.")},
    )
    contact = forms.CharField(
        label=_("How can we reach you?"),
        max_length=254,
        required=False,
        help_text=_("E-mail or phone, only for the answer."),
    )
    told_by = forms.ChoiceField(
        label=_("How may we tell you of each step?"),
        choices=[("", _("At this address")), (Way.PAGE.value, _("Not at all, I look at my request's page"))],
        required=False,
    )
    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    product = forms.ChoiceField(label=_("Product"), choices=[], required=False)
    error_code = forms.CharField(label=_("Error code"), max_length=100, required=False)
    happened_at = forms.CharField(label=_("When did it happen?"), max_length=40, required=False)
    page = forms.CharField(max_length=500, required=False)
    device = forms.CharField(max_length=300, required=False)
    client_time = forms.CharField(max_length=60, required=False)
    app_version = forms.CharField(max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = [(p.key, p.name) for p in people.directory().products.values() if p.is_active]
        self.fields["kind"].choices = [("", _("Let us find out")), *Kind.choices]  # type: ignore[attr-defined]
        self.fields["product"].choices = [("", _("Not sure")), *products]  # type: ignore[attr-defined]

    def clean_contact(self) -> str:
        """An e-mail address or a phone number; nothing is fine too, the link is shown on the next page."""
        value = self.cleaned_data["contact"].strip()
        if value and "@" not in value and sum(c.isdigit() for c in value) < 5:
            raise forms.ValidationError(_("Please write an e-mail address or a phone number."))
        return str(value)

    def spoken(self, *, language: str, attachments: tuple[Any, ...]) -> Spoken:
        """The same for services."""
        given = self.cleaned_data
        way = "email" if "@" in given["contact"] else "phone"
        person = Person.of(name=given["name"], language=language, **{way: given["contact"]})
        context = {key: given[key] for key in CONTEXT if given[key]}
        return Spoken(
            source="form",
            text=given["text"],
            person=person,
            kind=given["kind"],
            product=given["product"],
            context=context,
            attachments=attachments,
            told_by=given["told_by"],
        )
