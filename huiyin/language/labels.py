"""The names of labels and of reasons in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.language import packs


def names(task: str) -> dict[str, str]:
    """`{key: name}` of the labels that ship with a task, in their order."""
    english = (get_language() or "").startswith("en")
    return {label.key: label.en if english else label.zh for label in packs.labels(task)}


def name(task: str, key: str) -> str:
    """The name of one label; a label that people made up is its own name."""
    return names(task).get(key, key)


def reason(piece: Mapping[str, Any]) -> str:
    """One piece of evidence, as `Understanding.as_json` keeps it, in words; empty when it has none."""
    kind, text = str(piece.get("kind", "")), str(piece.get("text", ""))
    if kind == "sample":
        return _("resembles “%(text)s”") % {"text": text}
    if kind == "taught":
        return _("resembles a text that a colleague labelled")
    if kind == "tier":
        return _("tier %(tier)s") % {"tier": _tier(text)}
    if kind == "rule":
        task, _colon, key = text.partition(":")
        return name(task, key) if key else ""
    return text


def _tier(key: str) -> str:
    known = {"standard": _("Standard"), "member": _("Member"), "vip": _("VIP")}
    return known.get(key, key)
