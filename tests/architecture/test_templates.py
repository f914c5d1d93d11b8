"""Templates compile, point down the tower, and hold nothing that a strict content policy would block."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.base import UNKNOWN_SOURCE

from tests.architecture import source

NAMED = re.compile(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
SIDES = re.compile(
    r"(?<![\w-])(?:(?:left|right):(?! *50%)"
    r"|(?:margin|padding|border)-(?:left|right)|(?:text-align|float): *(?:left|right)).*"
)
CHINESE = re.compile(r"[\u3400-\u9fff]")
OWN_NAME = re.compile(r"<(\w+)[^>]*\slang=\"zh[^>]*>.*?</\1>")
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL)

BANNED = {
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE
    ),
    "an inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+=", re.IGNORECASE),
    "an hx-on handler": re.compile(r"\shx-on[:=]", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "markup let through unescaped": re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off"),
    "a foreign host's file": re.compile(
        r"<(?:script|link|img)[^>]*(?:src|href)=\"(?:https?:)?//", re.IGNORECASE
    ),
}

# E-mail clients know no style sheets: letters carry their styles inline.
LETTERS = "templates/email/"


def template_name(path: Path) -> str:
    return path.as_posix().split("/templates/", 1)[1]


def owner(path: Path) -> str | None:
    """The app that a template belongs to; None for the shared shells and kit."""
    parts = path.relative_to(source.ROOT).parts
    return parts[1] if parts[0] == "huiyin" else None


def text(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", list(source.templates()), ids=source.relative)
def test_template_compiles(path: Path) -> None:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    template = engine.get_template(template_name(path))
    assert template.origin.name != UNKNOWN_SOURCE


def test_templates_of_an_app_live_under_its_name() -> None:
    apart = [p for p in source.templates() if owner(p) and not template_name(p).startswith(f"{owner(p)}/")]
    source.expect_none([source.relative(path) for path in apart])


def test_templates_use_only_their_own_app_and_those_below() -> None:
    owners = {template_name(path): owner(path) for path in source.templates()}
    faults = []
    for path in source.templates():
        above = owner(path)
        for name in NAMED.findall(text(path)):
            below = owners.get(name.split("#")[0])
            if below and (above is None or not source.may_use(above, below)):
                faults.append(f"{source.relative(path)} uses {name}")
    source.expect_none(faults)


def test_templates_hold_nothing_that_the_content_policy_blocks() -> None:
    faults = [
        f"{source.relative(path)} holds {what}"
        for path in source.templates()
        for what, pattern in BANNED.items()
        if pattern.search(text(path)) and not (source.relative(path).startswith(LETTERS) and "style" in what)
    ]
    source.expect_none(faults)


def test_styles_follow_the_direction_of_writing() -> None:
    """Start and end, not left and right; a half of the width is the same from both sides."""
    faults = [
        f"{source.relative(path)}: {found.group().strip()}"
        for path in source.our_static()
        if path.suffix == ".css"
        for found in SIDES.finditer(text(path))
    ]
    source.expect_none(faults)


def test_pages_speak_through_the_catalogue() -> None:
    """Chinese stands in locale/; only a link that leads to Chinese, and says so by `lang`, speaks it itself."""
    files = [*source.templates(), *source.our_static()]
    spoken = {source.relative(path): CHINESE.findall(OWN_NAME.sub("", text(path))) for path in files}
    source.expect_none({path: found for path, found in spoken.items() if found})
