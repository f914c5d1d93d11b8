"""Shape of what is written about scripts and macros."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.cases import policies, selectors
from huiyin.cases.models import Priority, Status
from huiyin.cases.models.tools import Do, Kept
from huiyin.cases.selectors.listing import handlers
from huiyin.cases.services import Reach, ScriptWords
from huiyin.language import labels

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}
TEXT = {**CONTROL, "rows": 5, "maxlength": 20_000}
SHORT = {**CONTROL, "rows": 3, "maxlength": 20_000}
TARGETS = (Status.OPEN, Status.PENDING_USER, Status.PENDING_THIRD_PARTY)
MOST = 20


class ReachForm(forms.Form):
    """Who may use it; shared tools are offered to those who lead."""

    reach = forms.ChoiceField(label=_("Who may use it"), widget=forms.Select(SELECT))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["reach"].choices = _reaches(user)  # type: ignore[attr-defined]

    def given_reach(self) -> Reach:
        """What the services take."""
        kind, _colon, key = self.cleaned_data["reach"].partition(":")
        directory = people.directory()
        if kind == "me":
            return Reach(owner=self.user)
        if kind == "team":
            return Reach(team=next(team for team in directory.teams.values() if team.key == key))
        if kind == "line":
            return Reach(line=next(line for line in directory.lines.values() if line.key == key))
        return Reach()


class ScriptForm(ReachForm):
    """One script."""

    shortcut = forms.CharField(
        label=_("Shortcut"),
        help_text=_("Typed after / at the start of a line."),
        max_length=40,
        widget=forms.TextInput({**CONTROL, "autocomplete": "off"}),
    )
    title = forms.CharField(label=_("Title"), max_length=80, widget=forms.TextInput(CONTROL))
    body_zh = forms.CharField(label=_("Text in Chinese"), required=False, widget=forms.Textarea(TEXT))
    body_en = forms.CharField(label=_("Text in English"), required=False, widget=forms.Textarea(TEXT))
    field_order = ("shortcut", "title", "reach", "body_zh", "body_en", "version")

    def words(self) -> ScriptWords:
        names = ("shortcut", "title", "body_zh", "body_en")
        return ScriptWords(**{name: self.cleaned_data[name] for name in names})


class MacroForm(ReachForm):
    """Name and reach of a macro; its acts are forms of their own."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(CONTROL))
    field_order = ("name", "reach", "version")


class ActionForm(forms.Form):
    """One act: the verb, and beside it the one field that this verb reads."""

    do = forms.ChoiceField(label=_("What"), required=False, widget=forms.Select(SELECT))
    priority = forms.ChoiceField(label=_("Priority"), required=False, widget=forms.Select(SELECT))
    category = forms.ChoiceField(label=_("Category"), required=False, widget=forms.Select(SELECT))
    assign = forms.ChoiceField(label=_("To whom"), required=False, widget=forms.Select(SELECT))
    status = forms.ChoiceField(label=_("Status"), required=False, widget=forms.Select(SELECT))
    tags = forms.CharField(
        label=_("Tags, with commas between"), required=False, max_length=500, widget=forms.TextInput(CONTROL)
    )
    zh = forms.CharField(label=_("Text in Chinese"), required=False, widget=forms.Textarea(SHORT))
    en = forms.CharField(label=_("Text in English"), required=False, widget=forms.Textarea(SHORT))
    send = forms.BooleanField(label=_("Send at once, without a look"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Sequence[tuple[Any, Any]]] = {
            "do": [("", _("Choose")), *Do.choices],
            "priority": Priority.choices,
            "category": list(labels.names("category").items()),
            "assign": _receivers(),
            "status": [(target, target.label) for target in TARGETS],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name in ("ORDER", "DELETE"):
            if name in self.fields:
                self.fields[name].widget.attrs.update(CONTROL if name == "ORDER" else {})

    def action(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        do = data["do"]
        if do in (Do.REPLY, Do.NOTE, Do.SOLVE):
            return {"do": do, "zh": data["zh"], "en": data["en"], "send": data["send"]}
        if do == Do.TAGS:
            words = data["tags"].replace("，", ",").replace("、", ",").split(",")
            return {"do": do, "value": [word.strip() for word in words if word.strip()]}
        return {"do": do, "value": data[do]}


class ActionSet(forms.BaseFormSet[Any]):
    """The acts of one macro, in the order that the person gave them."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].widget = forms.NumberInput({**CONTROL, "min": 1, "max": MOST})
        form.fields["ORDER"].label = _("Place")
        form.fields["DELETE"].label = _("Leave this act out")

    def actions(self) -> list[dict[str, Any]]:
        return [form.action() for form in self.ordered_forms if form.cleaned_data.get("do")]


def action_set(data: Any = None, *, actions: Sequence[dict[str, Any]] = ()) -> Any:
    """The formset, bound or filled from a stored macro; two blank rows wait at its end."""
    made = forms.formset_factory(
        ActionForm,
        formset=ActionSet,
        can_order=True,
        can_delete=True,
        extra=0 if actions else 2,
        max_num=MOST,
    )
    return made(data, prefix="acts") if data is not None else made(initial=_rows(actions), prefix="acts")


def reach_of(tool: Kept) -> str:
    """The choice that stands for the reach of a stored tool."""
    if tool.team:
        return f"team:{tool.team.key}"
    if tool.line:
        return f"line:{tool.line.key}"
    return tool.reach


def case_named(user: User, text: str) -> Any:
    """The case that a preview is asked for, or the newest one that this person sees."""
    return selectors.case_for(user, text) if text.strip() else selectors.newest_case(user)


def _rows(actions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_row(action) for action in actions]


def _row(action: dict[str, Any]) -> dict[str, Any]:
    value = action.get("value", "")
    texts = {name: action.get(name, "") for name in ("zh", "en", "send")}
    written = ", ".join(value) if isinstance(value, list) else value
    return {"do": action["do"], action["do"]: written, **texts}


def _reaches(user: User) -> list[tuple[str, Any]]:
    mine = [("me", _("Only me"))]
    if not policies.can_lead_cases(user):
        return mine
    directory = people.directory()
    teams = [(f"team:{each.key}", each.name) for each in directory.teams.values()]
    lines = [(f"line:{each.key}", each.name) for each in directory.lines.values()]
    return [("all", _("Everybody")), *teams, *lines, *mine]


def _receivers() -> list[tuple[str, Any]]:
    directory = people.directory()
    owners = [(f"owner:{each['id']}", each["name"]) for each in handlers()]
    teams = [(f"team:{each.key}", each.name) for each in directory.teams.values()]
    return [("me", _("Whoever applies the macro")), *teams, *owners]
