"""How a case's clock, priority, status and channel look in a list: a word, a colour and an icon each."""

from datetime import datetime, timedelta
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from huiyin.cases import clock_words
from huiyin.cases.models import Clock, Priority, Status
from huiyin.core import clock as time
from huiyin.core import timewords
from huiyin.core.templatetags.ui import icon
from huiyin.voices.models import Kind, Source

register = template.Library()

PRESSING = timedelta(minutes=15)
SOON = timedelta(minutes=90)
CHANNELS = {
    Source.FORM: "forms",
    Source.WIDGET: "message-2",
    Source.EMAIL: "mail",
    Source.PHONE: "phone",
    Source.SMS: "device-mobile",
    Source.WECHAT: "brand-wechat",
    Source.WEIBO: "brand-weibo",
    Source.REVIEW: "star",
    Source.API: "api",
    Source.OFFLINE: "building-store",
}
KINDS = {
    Kind.QUESTION: "help-circle",
    Kind.FAULT: "tool",
    Kind.REQUEST: "message-plus",
    Kind.COMPLAINT: "message-report",
    Kind.SUGGESTION: "bulb",
    Kind.PRIVACY: "shield-check",
}
STATUSES = {
    Status.NEW: ("accent", "circle-dashed"),
    Status.OPEN: ("accent", "activity"),
    Status.PENDING_USER: ("quiet", "user-question"),
    Status.PENDING_THIRD_PARTY: ("quiet", "hourglass"),
    Status.SOLVED: ("good", "check"),
    Status.CONFIRMED: ("good", "checks"),
    Status.CLOSED: ("quiet", "archive"),
}


@register.simple_tag
def clock(due_at: datetime | None, status: str = Clock.Status.RUNNING) -> SafeString:
    """What is left of a promise, in words; the colour and the icon say the same as the words."""
    if due_at is None and status != Clock.Status.PAUSED:
        return SafeString("")
    css, drawing, words = _reading(due_at, status)
    exact = timewords.moment(due_at) if due_at else ""
    due = f' data-due="{due_at.isoformat()}"' if due_at and status == Clock.Status.RUNNING else ""
    return mark_safe(  # noqa: S308 - a class, a number and words of our own catalogue, which is escaped
        f'<span class="badge clock {css}" title="{exact}"{due}>{icon(drawing)}<span>{escape(words)}</span></span>'
    )


def _reading(due_at: datetime | None, status: str) -> tuple[str, str, str]:
    if status == Clock.Status.PAUSED or due_at is None:
        return "", "player-pause", _("paused")
    if status == Clock.Status.MET:
        return "badge-good", "check", _("kept")
    left = due_at - time.now()
    if status == Clock.Status.BREACHED or left < timedelta():
        return "badge-breach is-solid", "alert-triangle", _("{span} over").format(span=timewords.span(-left))
    css = "badge-breach" if left <= PRESSING else "badge-warning" if left <= SOON else ""
    drawing = "alarm" if left <= SOON else "clock"
    return css, drawing, _("{span} left").format(span=timewords.span(left))


@register.simple_tag
def priority(value: str) -> SafeString:
    """The priority as a badge; low and normal stay quiet."""
    return format_html('<span class="badge badge-{}">{}</span>', value, Priority(value).label)


@register.simple_tag
def status_badge(value: str) -> SafeString:
    css, drawing = STATUSES[Status(value)]
    return format_html('<span class="badge badge-{}">{}{}</span>', css, icon(drawing), Status(value).label)


@register.simple_tag
def channel(value: str, css: str = "icon-sm") -> SafeString:
    """The icon of a channel, with its name for those who cannot see it."""
    return format_html(
        '<span class="channel" title="{0}">{1}<span class="visually-hidden">{0}</span></span>',
        Source(value).label,
        icon(CHANNELS[Source(value)], css=css),
    )


@register.filter
def kind_icon(value: str) -> str:
    return KINDS.get(Kind(value), "message")


@register.filter
def kind_label(value: str) -> str:
    return str(Kind(value).label)


@register.filter
def channel_label(value: str) -> str:
    return str(Source(value).label)


@register.filter
def status_label(value: str) -> str:
    return str(Status(value).label)


@register.filter
def priority_label(value: str) -> str:
    return str(Priority(value).label)


@register.filter
def clock_label(value: str) -> str:
    return str(Clock.Kind(value).label)


@register.filter
def user_status(value: str) -> str:
    """The status in the user's words; they never read ours."""
    return {
        Status.NEW: _("We have your message"),
        Status.OPEN: _("Somebody is on it"),
        Status.PENDING_USER: _("We wait for your answer"),
        Status.PENDING_THIRD_PARTY: _("We wait for a partner"),
        Status.SOLVED: _("Answered, your word is awaited"),
        Status.CONFIRMED: _("Settled"),
        Status.CLOSED: _("Closed without your word"),
    }[Status(value)]


@register.filter
def region(key: str) -> str:
    """Whose holidays they are."""
    return clock_words.region_words(key)
