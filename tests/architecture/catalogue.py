"""Every text that the product marks for translation, read from its Python and its templates.

Our own reading, so that the gate runs where GNU gettext is not installed.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from tests.architecture import source

CATALOGUE = source.ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
CALLS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "pgettext",
    "pgettext_lazy",
    "ngettext",
    "ngettext_lazy",
}
STRING = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
MARKED = re.compile(rf"\b(gettext|_|ngettext|pgettext|npgettext)\(\s*{STRING}(?:\s*,\s*{STRING})?")
Text = tuple[str | None, str]


def called_name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def from_python(path: Path) -> Iterator[Text]:
    """(context, text) of each literal that a Python file marks."""
    for node in ast.walk(source.parsed(path)):
        if isinstance(node, ast.Call) and called_name(node) in CALLS and node.args:
            texts = [
                arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
            if not texts:
                continue
            in_context = called_name(node).startswith("pgettext")
            yield (texts[0], texts[1]) if in_context else (None, texts[0])


def from_template(path: Path) -> Iterator[Text]:
    marked = templatize(path.read_text(encoding="utf-8"), origin=source.relative(path))
    for function, first, second in MARKED.findall(marked):
        texts = [ast.literal_eval(found) for found in (first, second) if found]
        yield (texts[0], texts[1]) if "pgettext" in function else (None, texts[0])


def marked_texts() -> dict[Text, str]:
    """Each text with one place where it is used."""
    found: dict[Text, str] = {}
    for path in source.python_files("huiyin", "config"):
        if not source.is_test(path):
            found.update(dict.fromkeys(from_python(path), source.relative(path)))
    for path in source.templates():
        found.update(dict.fromkeys(from_template(path), source.relative(path)))
    return found


def translated() -> dict[Text, polib.POEntry]:
    return {(e.msgctxt, e.msgid): e for e in polib.pofile(str(CATALOGUE)) if not e.obsolete}
