"""Shape of what administrators write about staff: trust, invitations, limits, a search of the record."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.forms.door import RefusableForm
from huiyin.accounts.models import AccessRule, BorrowedEyes, Role
from huiyin.accounts.selectors import directory
from huiyin.accounts.selectors.audit import Search
from huiyin.accounts.services.limits import Limits
from huiyin.accounts.services.trust import Trust
from huiyin.core.models import AuditEntry

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}
MOMENT = "%Y-%m-%dT%H:%M"
DAYS = [
    ("1", _("Mon")),
    ("2", _("Tue")),
    ("3", _("Wed")),
    ("4", _("Thu")),
    ("5", _("Fri")),
    ("6", _("Sat")),
    ("7", _("Sun")),
]


class TrustForm(RefusableForm):
    """A role, where it holds, until when."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.Select(SELECT))
    line = forms.ChoiceField(label=_("Business line"), required=False, widget=forms.Select(SELECT))
    team = forms.ChoiceField(label=_("Team"), required=False, widget=forms.Select(SELECT))
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("The role ends by itself after this day. Leave it empty for a lasting role."),
        widget=forms.DateInput({**CONTROL, "type": "date"}, "%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = directory()
        self._lines = {str(key): line for key, line in known.lines.items()}
        self._teams = {str(key): team for key, team in known.teams.items()}
        everywhere = [("", _("Everywhere"))]
        self.fields["line"].choices = everywhere + [(k, str(v)) for k, v in self._lines.items()]  # type: ignore[attr-defined]
        self.fields["team"].choices = everywhere + [(k, str(v)) for k, v in self._teams.items()]  # type: ignore[attr-defined]

    @property
    def trust(self) -> Trust:
        given = self.cleaned_data
        last = given["until"]
        until = timezone.make_aware(datetime.combine(last, time.max)) if last else None
        line, team = self._lines.get(given["line"]), self._teams.get(given["team"])
        return Trust(role=given["role"], line=line, team=team, until=until)


class InviteForm(TrustForm):
    """The same for somebody new."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput({**CONTROL, "autocomplete": "off"})
    )
    field_order = ("email", "role", "line", "team", "until")


class JoinTeamForm(RefusableForm):
    """What a new colleague chooses."""

    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        widget=forms.TextInput(
            {**CONTROL, "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    display_name = forms.CharField(
        label=_("Your name, as users and colleagues see it"),
        max_length=80,
        widget=forms.TextInput({**CONTROL, "autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        help_text=_("At least 8 characters; a sentence is better than a riddle."),
        widget=forms.PasswordInput({**CONTROL, "autocomplete": "new-password"}),
    )


class LimitsForm(RefusableForm):
    """From where and when."""

    networks = forms.CharField(
        label=_("Networks"),
        required=False,
        max_length=2000,
        help_text=_("One a line, such as 203.0.113.0/24. Empty: from everywhere."),
        widget=forms.Textarea({**CONTROL, "rows": 3, "spellcheck": "false"}),
    )
    days = forms.MultipleChoiceField(
        label=_("Weekdays"),
        required=False,
        choices=DAYS,
        help_text=_("None chosen: every day."),
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    begins = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput({**CONTROL, "type": "time"}, "%H:%M")
    )
    ends = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput({**CONTROL, "type": "time"}, "%H:%M")
    )

    @staticmethod
    def filled(rule: AccessRule | None) -> dict[str, Any]:
        if rule is None:
            return {}
        return {
            "networks": "\n".join(rule.networks),
            "days": list(rule.days),
            "begins": rule.begins,
            "ends": rule.ends,
        }

    @property
    def limits(self) -> Limits:
        given = self.cleaned_data
        names = tuple(
            line.strip() for line in given["networks"].replace(",", "\n").splitlines() if line.strip()
        )
        return Limits(networks=names, days="".join(given["days"]), begins=given["begins"], ends=given["ends"])


class RoleLimitsForm(LimitsForm):
    """The same for a role, with what it asks at the door."""

    second_factor = forms.BooleanField(
        label=_("Needs a second step when signing in"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )


class EyesForm(RefusableForm):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=BorrowedEyes.Reason.choices, widget=forms.Select(SELECT)
    )


class AuditForm(forms.Form):
    """Filters of the record, all optional, in the address of the page."""

    who = forms.CharField(
        label=_("Who"),
        required=False,
        max_length=64,
        widget=forms.TextInput({**CONTROL, "placeholder": _("User name or id")}),
    )
    action = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=80,
        widget=forms.TextInput({**CONTROL, "list": "audit-actions"}),
    )
    thing = forms.CharField(
        label=_("To what"),
        required=False,
        max_length=110,
        widget=forms.TextInput({**CONTROL, "placeholder": "case:…"}),
    )
    result = forms.ChoiceField(
        label=_("Result"),
        required=False,
        choices=[("", _("All")), *AuditEntry.Result.choices],
        widget=forms.Select(SELECT),
    )
    address = forms.GenericIPAddressField(
        label=_("From address"), required=False, widget=forms.TextInput(CONTROL)
    )
    since = forms.DateTimeField(
        label=_("Since"),
        required=False,
        input_formats=[MOMENT, "%Y-%m-%d"],
        widget=forms.DateTimeInput({**CONTROL, "type": "datetime-local"}, MOMENT),
    )
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        input_formats=[MOMENT, "%Y-%m-%d"],
        widget=forms.DateTimeInput({**CONTROL, "type": "datetime-local"}, MOMENT),
    )

    @property
    def search(self) -> Search:
        return Search(**{name: value for name, value in self.cleaned_data.items() if value})
