"""Shape of what people say about topics."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.insights.models import Topic
from huiyin.insights.services.topics import LONGEST_TITLE


class TopicForm(forms.Form):
    """A name, an owner, whether it is in view."""

    title = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=LONGEST_TITLE,
        help_text=_("Empty: the words that its voices share."),
        widget=forms.TextInput({"class": "form-control"}),
    )
    owner = forms.ModelChoiceField(
        label=_("Who hears when it swells"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Whoever leads the product"),
        widget=forms.Select({"class": "form-select"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[(Topic.State.OPEN, Topic.State.OPEN.label), (Topic.State.HIDDEN, Topic.State.HIDDEN.label)],
        widget=forms.Select({"class": "form-select"}),
    )

    def __init__(self, data: Any = None, *, topic: Topic) -> None:
        known = {"title": topic.title, "owner": topic.owner_id, "state": topic.state}
        super().__init__(data, initial=known)
        self.fields["owner"].queryset = people.staff().order_by("display_name", "id")  # type: ignore[attr-defined]
        self.fields["title"].widget.attrs["placeholder"] = topic.name


class MergeForm(forms.Form):
    """The topic that this one is part of."""

    into = forms.ModelChoiceField(
        label=_("Merge into"),
        queryset=Topic.objects.none(),
        empty_label=_("Choose a topic"),
        widget=forms.Select({"class": "form-select"}),
    )

    def __init__(self, data: Any = None, *, others: Sequence[Topic]) -> None:
        super().__init__(data)
        keys = [topic.id for topic in others]
        self.fields["into"].queryset = Topic.objects.filter(id__in=keys).order_by("-size", "id")  # type: ignore[attr-defined]
