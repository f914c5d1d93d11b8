"""The names of labels in the reader's language."""

from django.utils.translation import get_language

from huiyin.language import packs


def names(task: str) -> dict[str, str]:
    """`{key: name}` of the labels that ship with a task, in their order."""
    english = (get_language() or "").startswith("en")
    return {label.key: label.en if english else label.zh for label in packs.labels(task)}


def name(task: str, key: str) -> str:
    """The name of one label; a label that people made up is its own name."""
    return names(task).get(key, key)
