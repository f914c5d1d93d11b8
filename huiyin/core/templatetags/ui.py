"""Template words of every page: icons, avatars, times. Built-ins of the engine, so no page has to load them."""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zlib import crc32

from django import template
from django.conf import settings
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from huiyin.core import clock, timewords

register = template.Library()

ICONS = Path(settings.ROOT) / "templates" / "ui" / "icons"
HUES = 8
PLAIN = "circle-dashed"  # drawn for a name without a file, since no picture is worth a broken page


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An inlined icon: silent beside a text, or an image with a name when `label` is given."""
    if not label:
        return _drawing(name, css)
    return format_html('{}<span class="visually-hidden">{}</span>', _drawing(name, css), label)


@lru_cache(maxsize=512)
def _drawing(name: str, css: str) -> SafeString:
    file = ICONS / f"{name}.svg"
    lines = (file if file.exists() else ICONS / f"{PLAIN}.svg").read_text(encoding="utf-8").strip()
    classes = escape(f"icon {css}".strip())
    return mark_safe(f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true">{lines}</svg>')  # noqa: S308


@register.simple_tag
def avatar(name: object, size: str = "") -> SafeString:
    """A round initial in the person's own colour. Silent, since the name stands beside it."""
    css = f"avatar-{size} " if size else ""
    return format_html(
        '<span class="avatar {}hue-{}" aria-hidden="true">{}</span>', css, hue(name), initial(name)
    )


@register.filter
def initial(name: object) -> str:
    """The first letter or character that stands for a name; marks before it are skipped."""
    return next((letter.upper() for letter in str(name or "") if letter.isalnum()), "?")


@register.filter
def hue(name: object) -> int:
    """One of eight colours, always the same for the same name."""
    return crc32(str(name or "").encode()) % HUES + 1


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """How long ago, with the exact time on hover."""
    return _time(at, timewords.ago(at, clock.now())) if at else ""


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """The exact minute: 2026-11-22 18:05."""
    return _time(at, timewords.moment(at)) if at else ""


@register.filter
def by_when(at: datetime | None) -> SafeString | str:
    """A promised time in words: today 18:00."""
    return _time(at, timewords.by_when(at, clock.now())) if at else ""


@register.filter
def hour(at: datetime | None) -> SafeString | str:
    """The time of day, for lines under a day's heading."""
    return _time(at, localtime(at).strftime("%H:%M")) if at else ""


@register.filter
def day_name(at: datetime) -> str:
    """Today, yesterday, or the date in prose."""
    return timewords.day_name(localtime(at).date(), localtime(clock.now()).date())


@register.filter
def span_until(due_at: datetime | None) -> str:
    """The time still left, or passed, in words without a sign."""
    return timewords.span(abs(due_at - clock.now())) if due_at else ""


@register.filter
def span_words(length: timedelta) -> str:
    """A length of time in words: 3 h 20 min."""
    return timewords.span(length)


@register.filter
def is_past(at: datetime | None) -> bool:
    return bool(at and at < clock.now())


def _time(at: datetime, words: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), timewords.moment(at), words
    )
