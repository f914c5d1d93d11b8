"""Writes of insights, by noun."""

from huiyin.insights.services.erasure import erase, take_out
from huiyin.insights.services.linking import link, link_soon
from huiyin.insights.services.naming import name_anew
from huiyin.insights.services.placing import count_anew, place
from huiyin.insights.services.topics import change, merge

__all__ = ["change", "count_anew", "erase", "link", "link_soon", "merge", "name_anew", "place", "take_out"]
