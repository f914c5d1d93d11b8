"""Shape of what is written about promises: the rules of a policy as one sheet, and where the policy holds."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from huiyin.accounts.models import BusinessLine
from huiyin.cases import clock_words, packs, policy_words
from huiyin.cases.forms.widgets import CONTROL, SELECT
from huiyin.cases.models import Calendar

LENGTH = re.compile(r"(?P<hours>\d{1,5})(:(?P<minutes>[0-5]\d)(:(?P<seconds>[0-5]\d))?)?")
MOST_RULES = 40
BLANK = {"hours": "service"}


class LengthField(forms.CharField):
    """A promised length as `hours:minutes`, in seconds; nothing means that nothing is promised."""

    def __init__(self, **given: Any) -> None:
        widget = forms.TextInput({**CONTROL, "inputmode": "numeric", "size": 7, "autocomplete": "off"})
        super().__init__(required=False, max_length=12, widget=widget, **given)

    def prepare_value(self, value: Any) -> Any:
        return length_text(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).replace("：", ":")
        if not text:
            return None
        found = LENGTH.fullmatch(text)
        if found is None:
            raise forms.ValidationError(_("“%(value)s” is no length; write it like 4:30.") % {"value": text})
        hours, minutes, seconds = (int(found[name] or 0) for name in ("hours", "minutes", "seconds"))
        return hours * 3600 + minutes * 60 + seconds


class ConditionField(forms.MultipleChoiceField):
    """Values of which a case must have one; none at all means that this is not asked."""

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **given)


class RuleForm(forms.Form):
    """One rule: its name, which cases it is for, what it promises, which hours count.

    `origin` is the key that it had, so that a shipped rule keeps its translated name; `goes` marks it for
    removal, and is undone by the same button until the sheet is saved.
    """

    origin = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    goes = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=60, widget=forms.TextInput(CONTROL)
    )
    kind = ConditionField(label=gettext_lazy("Kind"))
    priority = ConditionField(label=gettext_lazy("Priority"))
    tier = ConditionField(label=gettext_lazy("Tier"))
    level = ConditionField(label=gettext_lazy("Level"))
    product = ConditionField(label=gettext_lazy("Product"))
    first_response = LengthField(label=gettext_lazy("First answer"))
    next_response = LengthField(label=gettext_lazy("Next answer"))
    resolution = LengthField(label=gettext_lazy("Solution"))
    hours = forms.ChoiceField(
        label=gettext_lazy("Which hours count"),
        choices=[("service", gettext_lazy("Service hours")), ("always", gettext_lazy("Every hour"))],
        widget=forms.Select(SELECT),
    )

    def __init__(self, data: Any = None, *, place: int, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=f"rule-{place}", initial=dict(initial or {}), auto_id="id_%s")
        self.place = place
        for name in packs.FIELDS:
            known = clock_words.value_words(name)
            absent = {value: value for value in self._values(name) if value not in known}
            self.fields[name].choices = list({**known, **absent}.items())  # type: ignore[attr-defined]

    def _values(self, name: str) -> Sequence[str]:
        """A product that is gone stays a choice of the rule that names it, until somebody unticks it."""
        kept: Sequence[str] = self.initial.get(name) or ()
        return kept

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not said.get("goes") and not said.get("name"):
            self.add_error("name", _("Each rule needs a name."))
        return said

    @property
    def stays(self) -> bool:
        return not self["goes"].value()

    def key(self) -> str:
        """The key that it had, unless it was renamed; the page may have been in another language than this one."""
        origin, name = self.cleaned_data["origin"], self.cleaned_data["name"]
        return str(origin if origin and name in _names_of(origin) else name)

    def rule(self) -> dict[str, Any]:
        """The rule as a policy keeps it."""
        said = self.cleaned_data
        when = {name: said[name] for name in packs.FIELDS if said[name]}
        targets = {name: said[name] for name in packs.TARGETS}
        return {"key": self.key(), "when": when, **targets, "hours": said["hours"]}

    def targets(self) -> list[forms.BoundField]:
        return [self[name] for name in packs.TARGETS]

    def conditions(self) -> list[forms.BoundField]:
        return [self[name] for name in ("kind", "priority", "tier", "level", "product")]

    def condition_words(self) -> list[tuple[str, str]]:
        """What is ticked, for the line that stands above the folded choices."""
        asked = {name: self[name].value() for name in packs.FIELDS}
        return clock_words.condition_words({name: values for name, values in asked.items() if values})


class RuleForms:
    """All rules of a policy in their order, as they stand, as they were sent, or after one step of editing."""

    def __init__(self, forms: Sequence[RuleForm]) -> None:
        self.forms = forms

    @classmethod
    def of(cls, rules: Iterable[Mapping[str, Any]]) -> "RuleForms":
        return cls([RuleForm(place=place, initial=_values_of(rule)) for place, rule in enumerate(rules)])

    @classmethod
    def sent(cls, data: QueryDict) -> "RuleForms":
        return cls([_bound(data, place) for place in range(_count(data))])

    @classmethod
    def after(cls, data: QueryDict, step: str) -> "RuleForms":
        """What was typed, unchecked, after `add`, `up:2`, `down:2` or `goes:2`; an unknown step does nothing."""
        rows = [_typed(data, place) for place in range(_count(data))]
        verb, _colon, number = step.partition(":")
        place = int(number) if number.isdecimal() else -1
        if verb == "add" and len(rows) < MOST_RULES:
            rows.append(dict(BLANK))
        elif verb == "goes" and 0 <= place < len(rows):
            rows[place]["goes"] = "" if rows[place]["goes"] else "1"
        elif verb in {"up", "down"} and 0 <= place < len(rows):
            rows.insert(max(0, place + (-1 if verb == "up" else 1)), rows.pop(place))
        return cls([RuleForm(place=place, initial=row) for place, row in enumerate(rows)])

    def is_valid(self) -> bool:
        """Each by itself, and no name twice."""
        if [form for form in self.forms if not form.is_valid()]:
            return False
        seen: set[str] = set()
        for form in self._staying():
            called = _names_of(form.key())
            if called & seen:
                form.add_error(
                    "name", _("Two rules are called “%(value)s”.") % {"value": form["name"].value()}
                )
            seen |= called
        return not any(form.errors for form in self.forms)

    def rules(self) -> list[dict[str, Any]]:
        return [form.rule() for form in self._staying()]

    def pairs(self) -> list[tuple[str, str]]:
        """Every value under its field's name, to travel through the page that shows the effect."""
        found = [("count", str(len(self.forms)))]
        for form in self.forms:
            for field in form:
                value = field.value()
                values = value if isinstance(value, list) else [value]
                found += [(field.html_name, str(each)) for each in values if each not in (None, "")]
        return found

    def _staying(self) -> list[RuleForm]:
        return [form for form in self.forms if form.stays]


class PolicyForm(forms.Form):
    """What a policy counts by; `version` is the one that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Service hours"),
        queryset=Calendar.objects.order_by("key"),
        empty_label=None,
        widget=forms.Select(SELECT),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["calendar"].label_from_instance = lambda calendar: calendar.name  # type: ignore[attr-defined]


class NamesForm(forms.Form):
    """What a policy is called."""

    name_zh = forms.CharField(
        label=gettext_lazy("Name in Chinese"), max_length=80, widget=forms.TextInput(CONTROL)
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=80, widget=forms.TextInput(CONTROL)
    )


class PackForm(NamesForm):
    """One more policy from a shipped pack; without names it takes those of the pack."""

    pack = forms.ChoiceField(label=gettext_lazy("Pack"), choices=[], widget=forms.RadioSelect)
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Service hours"),
        queryset=Calendar.objects.order_by("key"),
        empty_label=None,
        widget=forms.Select(SELECT),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["pack"].choices = [(pack.key, policy_words.pack_words(pack)) for pack in packs.PACKS]  # type: ignore[attr-defined]
        self.fields["calendar"].label_from_instance = lambda calendar: calendar.name  # type: ignore[attr-defined]
        self.fields["name_zh"].required = self.fields["name_en"].required = False


class LineForm(forms.Form):
    """The business line that a policy holds for."""

    line = forms.ModelChoiceField(
        label=gettext_lazy("Business line"),
        queryset=BusinessLine.objects.order_by("key"),
        required=False,
        empty_label=gettext_lazy("No line of its own"),
        widget=forms.Select(SELECT),
    )


def length_text(seconds: int) -> str:
    """`0:30`, `24:00`, with seconds only when there are any."""
    minutes, rest = divmod(seconds, 60)
    text = f"{minutes // 60}:{minutes % 60:02d}"
    return f"{text}:{rest:02d}" if rest else text


def _names_of(key: str) -> set[str]:
    found = set()
    for code, _language in settings.LANGUAGES:
        with override(code):
            found.add(clock_words.rule_words(key))
    return found


def _values_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    targets = {name: rule.get(name) for name in packs.TARGETS}
    named = {"origin": rule["key"], "name": clock_words.rule_words(rule["key"])}
    return {**named, **rule.get("when", {}), **targets, "hours": rule["hours"]}


def _count(data: QueryDict) -> int:
    text = data.get("count", "")
    return min(int(text), MOST_RULES) if text.isdecimal() else 0


def _typed(data: QueryDict, place: int) -> dict[str, Any]:
    prefix = f"rule-{place}-"
    typed: dict[str, Any] = {
        name: data.getlist(prefix + name) if name in packs.FIELDS else data.get(prefix + name, "")
        for name in RuleForm.base_fields
    }
    return typed


def _bound(data: QueryDict, place: int) -> RuleForm:
    """A product that the rule named before is no unknown value, though nobody sells it any more."""
    return RuleForm(data, place=place, initial={"product": data.getlist(f"rule-{place}-product")})
