"""Markdown as people write it, to HTML that is safe to show: CommonMark without raw HTML, then an allow-list.

Two profiles: a message shows no pictures, because fetching one tells a stranger that it was read; an article does.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "code": {"class"},
    "th": {"align"},
    "td": {"align"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
_SYNTAX = re.compile(
    r"!?\[([^\]]*)\]\([^)]*\)|^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+|^[\s|:-]+$|[*_`~|]+", re.MULTILINE
)
_ALIGN = re.compile(r"text-align:(left|center|right)")


@dataclass(frozen=True)
class Profile:
    """What a kind of text may show beside words."""

    pictures: bool = False


MESSAGE = Profile()
ARTICLE = Profile(pictures=True)


@lru_cache(maxsize=2048)
def render(text: str, profile: Profile = MESSAGE) -> SafeString:
    """HTML of a text. Headings begin at the second, since the page has its own first; links tell no origin."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        _fit(token)
    html = parser.renderer.render(tokens, parser.options, {})
    tags, attributes = _allowed(profile)
    clean = nh3.clean(
        html, tags=tags, attributes=attributes, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"
    )
    return mark_safe(clean)


def plain(text: str) -> str:
    """The words of a text without its marks: for the search index and for snippets."""
    return _SYNTAX.sub(lambda mark: mark.group(1) or "", text).strip()


@cache
def _parser() -> MarkdownIt:
    options = {"html": False, "breaks": True, "linkify": False}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])


@cache
def _allowed(profile: Profile) -> tuple[set[str], dict[str, set[str]]]:
    if not profile.pictures:
        return TAGS, ATTRIBUTES
    return {*TAGS, "img"}, {**ATTRIBUTES, "img": {"src", "alt", "title"}}


def _fit(token: Token) -> None:
    """Lower a heading under the page's own; say a cell's side by an attribute, as the page allows no styles."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(4, max(2, int(token.tag[1])))}"
    side = _ALIGN.fullmatch(str(token.attrGet("style") or ""))
    if side:
        token.attrSet("align", side[1])
