"""`{% panels "case" case %}`: what apps above have to show here."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from huiyin.core.panels import shown

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: template.Context, place: str, subject: Any) -> SafeString:
    """Every panel of this place, one after the other."""
    request = context.get("request")
    found = shown(place, getattr(request, "user", None), subject)
    return format_html_join("", "{}", ((render_to_string(name, told, request),) for name, told in found))
