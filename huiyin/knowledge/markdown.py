"""Markdown to HTML that is safe to show: no raw HTML in, an allow-list of tags out."""

import re
from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *(
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "blockquote",
    ),
    *("a", "img", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
_SYNTAX = re.compile(
    r"!?\[([^\]]*)\]\([^)]*\)|^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+|^[\s|:-]+$|[*_`~|]+", re.MULTILINE
)


def render(text: str) -> SafeString:
    """The HTML of a Markdown text. The page has its own first heading, so headings begin at the second."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        _lower_heading(token)
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener nofollow"
    )
    return mark_safe(clean)


def plain(text: str) -> str:
    """The words of a Markdown text without its marks: for the search index and for snippets."""
    return _SYNTAX.sub(lambda mark: mark.group(1) or "", text).strip()


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def _lower_heading(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(4, max(2, int(token.tag[1])))}"
