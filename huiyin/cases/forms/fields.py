"""Shape of what is written about own fields of cases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.accounts import selectors as people
from huiyin.cases.models import CaseField
from huiyin.cases.services import FieldWords
from huiyin.voices.models import Kind

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}


class CaseFieldForm(forms.Form):
    """One definition; choices are written one a line, `key | 中文 | English`."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80, widget=forms.TextInput(CONTROL))
    name_en = forms.CharField(label=_("Name in English"), max_length=80, widget=forms.TextInput(CONTROL))
    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        help_text=_("How programs call it. It cannot be changed later."),
        widget=forms.TextInput({**CONTROL, "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Type"), choices=CaseField.Kind.choices, widget=forms.Select(SELECT))
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=4_000,
        help_text=_("One a line: key | Chinese | English."),
        widget=forms.Textarea({**CONTROL, "rows": 4}),
    )
    case_kind = forms.ChoiceField(label=_("On cases of kind"), required=False, widget=forms.Select(SELECT))
    product = forms.ChoiceField(label=_("On cases about"), required=False, widget=forms.Select(SELECT))
    position = forms.IntegerField(
        label=_("Place"), min_value=0, max_value=999, initial=0, widget=forms.NumberInput(CONTROL)
    )
    is_required = forms.BooleanField(label=_("Must not be empty"), required=False)
    is_personal = forms.BooleanField(
        label=_("Personal: kept sealed, shown to those who handle the case"), required=False
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = [(each.key, each.name) for each in people.directory().products.values()]
        self.fields["case_kind"].choices = [("", _("Any")), *Kind.choices]  # type: ignore[attr-defined]
        self.fields["product"].choices = [("", _("Any")), *products]  # type: ignore[attr-defined]

    def words(self) -> FieldWords:
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        data["choices"] = tuple(_choice(line) for line in data["choices"].splitlines() if line.strip())
        data["product"] = people.directory().product(data["product"]) if data["product"] else None
        return FieldWords(**data)


def field_initial(field: CaseField) -> dict[str, Any]:
    """A stored definition as the form shows it."""
    plain = (
        "name_zh",
        "name_en",
        "key",
        "kind",
        "case_kind",
        "position",
        "is_required",
        "is_personal",
        "version",
    )
    lines = [" | ".join((each["key"], each["zh"], each["en"])) for each in field.choices]
    return {
        **{name: getattr(field, name) for name in plain},
        "choices": "\n".join(lines),
        "product": field.product.key if field.product else "",
    }


def _choice(line: str) -> dict[str, str]:
    """A line with fewer parts uses what it has."""
    parts = [part.strip() for part in line.replace("｜", "|").split("|")]
    zh = parts[1] if len(parts) > 1 and parts[1] else parts[0]
    en = parts[2] if len(parts) > 2 and parts[2] else zh
    return {"key": parts[0][:40], "zh": zh[:80], "en": en[:80]}
