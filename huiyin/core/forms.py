"""Shape of what the floor's pages take."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.core.webhooks import endpoints


class EndpointForm(forms.Form):
    """One address of another system."""

    name = forms.CharField(
        label=_("Name of the system"), max_length=80, widget=forms.TextInput({"class": "form-control"})
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        help_text=_("Begins with https:// and is reachable from the internet."),
        widget=forms.URLInput({"class": "form-control", "inputmode": "url", "autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"),
        help_text=_("A star stands for all of a kind. Hold Ctrl to choose several."),
        widget=forms.SelectMultiple({"class": "form-select", "size": 8}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [(name, name) for name in endpoints.known_events()]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        return {"name": data["name"], "url": data["url"], "event_names": data["events"]}


class ReplayForm(forms.Form):
    """From when on to tell everything again."""

    since = forms.DateTimeField(
        label=_("Since"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"class": "form-control", "type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )

    @property
    def moment(self) -> datetime:
        found: datetime = self.cleaned_data["since"]
        return found
