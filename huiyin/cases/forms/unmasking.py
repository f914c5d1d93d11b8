"""Why somebody wants to see what is masked: words of a list, so that the record keeps no personal word."""

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.cases.forms.widgets import SELECT

REASONS = [
    ("call_back", _("To call or write to the user")),
    ("identify", _("To make sure who the user is")),
    ("order", _("To look up an order or a payment")),
    ("fault", _("To look into a fault")),
    ("law", _("A duty by law")),
]


class UnmaskForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS, widget=forms.Select(SELECT))
