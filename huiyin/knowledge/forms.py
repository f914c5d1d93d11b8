"""Shape of the desk's forms: an article's words, where it stands, and the list's filters."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import Product, User
from huiyin.core.errors import Invalid
from huiyin.knowledge import selectors
from huiyin.knowledge.models import Article, Category, Language
from huiyin.knowledge.services import Words
from huiyin.knowledge.services.readership import check_segments, known_segments
from huiyin.knowledge.services.shelves import Place

SELECT = {"class": "form-select"}
CONTROL = {"class": "form-control"}


class ShelfChoice(forms.ModelChoiceField):
    """A category, named with those it stands in: 支付 / 退款."""

    def __init__(self, **kwargs: Any) -> None:
        shelves = Category.objects.select_related("parent__parent")
        super().__init__(queryset=shelves, widget=forms.Select(SELECT), **kwargs)

    def label_from_instance(self, category: Category) -> str:
        return " / ".join(shelf.name for shelf in selectors.lineage(category))


class WordsForm(forms.Form):
    """An article's words in one language; `base` is the version the author began with."""

    lang = forms.ChoiceField(choices=Language.choices, widget=forms.HiddenInput)
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title"), widget=forms.TextInput(CONTROL))
    body = forms.CharField(
        label=_("Answer"),
        widget=forms.Textarea({**CONTROL, "rows": 18}),
        help_text=_("Markdown: ## heading, **strong**, 1. steps, tables, [link](/kb/other-article/)."),
    )
    questions = forms.CharField(
        label=_("How users ask it"),
        required=False,
        widget=forms.Textarea({**CONTROL, "rows": 4}),
        help_text=_("One question a line, in the users' own words. Search reads them."),
    )

    def words(self) -> Words:
        said = self.cleaned_data
        return Words(said["title"], said["body"], tuple(said["questions"].splitlines()))


# For whom a new article may be; some users are chosen afterwards, beside the groups that there are.
AT_FIRST = [
    (value, label) for value, label in Article.Visibility.choices if value != Article.Visibility.SEGMENT
]


class PlaceForm(forms.Form):
    """Where an article stands and who looks after it."""

    category = ShelfChoice(label=_("Category"), empty_label=None)
    visibility = forms.ChoiceField(
        label=_("Who may read it"), choices=Article.Visibility.choices, widget=forms.Select(SELECT)
    )
    segments = forms.MultipleChoiceField(
        label=_("Which users"),
        required=False,
        choices=[],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for articles that are for some users; any one group is enough."),
    )
    product = forms.ModelChoiceField(
        label=_("Product"),
        queryset=Product.objects.filter(is_active=True),
        required=False,
        empty_label=_("Every product"),
        widget=forms.Select(SELECT),
    )
    owner = forms.ModelChoiceField(
        label=_("Looked after by"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
        widget=forms.Select(SELECT),
    )
    review_at = forms.DateField(
        label=_("Look at it again on"),
        required=False,
        widget=forms.DateInput({**CONTROL, "type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.staff()  # type: ignore[attr-defined]
        self.fields["segments"].choices = list(known_segments().items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        try:
            check_segments(said.get("visibility", ""), said.get("segments", []))
        except Invalid as refusal:
            self.add_error("segments", refusal.message)
        return said


class DraftForm(WordsForm):
    """A new article: its words, its shelf and its address."""

    category = ShelfChoice(label=_("Category"), empty_label=None)
    visibility = forms.ChoiceField(label=_("Who may read it"), choices=AT_FIRST, widget=forms.Select(SELECT))
    key = forms.SlugField(
        label=_("Address"),
        required=False,
        max_length=80,
        widget=forms.TextInput(CONTROL),
        help_text=_("The last part of the link; made from the title when left empty."),
    )
    field_order = ("lang", "base", "title", "category", "visibility", "body", "questions", "key")


class ShelfForm(forms.Form):
    """How a category is called, and where it stands."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80, widget=forms.TextInput(CONTROL))
    name_en = forms.CharField(label=_("Name in English"), max_length=80, widget=forms.TextInput(CONTROL))
    parent = ShelfChoice(label=_("Stands in"), required=False, empty_label=_("Nothing: it stands at the top"))
    position = forms.IntegerField(
        label=_("Sorting number"),
        min_value=0,
        max_value=10_000,
        widget=forms.NumberInput(CONTROL),
        help_text=_("Smaller numbers come first."),
    )

    def place(self) -> Place:
        said = self.cleaned_data
        return Place(said["name_zh"], said["name_en"], said["parent"], said["position"])


class NewShelfForm(ShelfForm):
    """The same with the address, which stays."""

    key = forms.SlugField(
        label=_("Address"),
        max_length=60,
        widget=forms.TextInput(CONTROL),
        help_text=_("Letters, digits and hyphens; the last part of the link."),
    )
    field_order = ("name_zh", "name_en", "key", "parent", "position")


class FilterForm(forms.Form):
    """What the desk's list is narrowed to."""

    q = forms.CharField(required=False, max_length=200)
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Every state")), *Article.Status.choices],
        widget=forms.Select(SELECT),
    )
    category = ShelfChoice(
        label=_("Category"), required=False, empty_label=_("Every category"), to_field_name="key"
    )
    visibility = forms.ChoiceField(
        label=_("Readers"),
        required=False,
        choices=[("", _("All readers")), *Article.Visibility.choices],
        widget=forms.Select(SELECT),
    )

    def chosen(self) -> dict[str, str]:
        """The filters as the list reads them; a value that is none of the choices filters nothing."""
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value and name != "q"}
        if category := said.pop("category", None):
            said["category__key"] = category.key
        return said
