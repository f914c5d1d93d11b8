"""Fills the slots of a script and varies its wording, so that two people never sound the same."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from huiyin.web.demo.content import Customer, Script, phrases

HERE = ZoneInfo("Asia/Shanghai")
# Somebody else wrote these down, or a partner did: no small talk before or after.
REPORTED = frozenset({"phone", "offline", "api"})
VERSIONS = {"tingxi": ("8.1.6", "8.2.0"), "jiwu": ("12.3.1", "12.4.0"), "yunzha": ("5.4.2", "5.5.0")}
TAKEN_DOWN = {
    "phone": re.compile(r"来电|Call,"),
    "offline": re.compile(r"服务台登记|走访登记|老人到服务台"),
}
_GREETED = re.compile(r"^(您好|你好|老师|请问|提个|建议|来电|@|Hi|Hello|Call|Dear|Please|STOP|I'm)")
_CLOSED = re.compile(r"[。！？!?.…～~😭😂😊🙂）)]$")


def source_of(script: Script, text: str, turn: int) -> str:
    """Where these words came from: what somebody else took down came by phone or over the counter."""
    taken_down = next((source for source, mark in TAKEN_DOWN.items() if mark.match(text)), None)
    if taken_down:
        return taken_down
    own = [source for source in script.via if source not in TAKEN_DOWN] or script.via
    return own[turn % len(own)]


def values(script: Script, customer: Customer, at: datetime, chance: Random) -> dict[str, str]:
    """One value for every slot that a script may name, but for `agent`, who is known only when they speak."""
    slots = phrases()["slots"][script.lang]
    local = at.astimezone(HERE)
    before = local - timedelta(days=chance.randint(1, 3), minutes=chance.randint(0, 600))
    line = script.product.partition("-")[0]
    return {
        "address": customer.call,
        "order": f"{before:%y%m%d}{chance.randint(10**7, 10**8 - 1)}",
        "amount": str(chance.choice((18, 28, 45, 59, 88, 99, 128, 168, 198, 238, 298, 399, 560, 899, 1280))),
        "clock": f"{before:%H:%M}",
        "date": f"{before.month}月{before.day}日" if script.lang == "zh" else f"{before.day} {before:%B}",
        "version": chance.choice(VERSIONS[line]),
        "tail": customer.phone[-4:] or f"{chance.randint(1000, 9999)}",
        "error": f"Y-{chance.randint(10000, 99999)}",
        "days": str(chance.randint(3, 6)),
        "tracking": f"JW{chance.randint(10**9, 10**10 - 1)}",
        **{name: chance.choice(options) for name, options in slots.items()},
    }


def fill(template: str, known: Mapping[str, str], *, agent: str = "") -> str:
    """The template with its slots filled."""
    return template.format_map({**known, "agent": agent})


def varied(script: Script, text: str, source: str, chance: Random) -> str:
    """The same thing as somebody else of the same mood would put it."""
    if source in REPORTED:
        return text
    before = chance.choice(phrases()["before"][script.lang][script.mood])
    after = chance.choice(phrases()["after"][script.lang][script.mood])
    if _GREETED.match(text):
        before = ""
    return _joined(before + text, after, script.lang)


def _joined(text: str, after: str, lang: str) -> str:
    if not after:
        return text
    if lang == "en":
        return f"{text}{'' if _CLOSED.search(text) else '.'} {after}"
    return f"{text}{'' if _CLOSED.search(text) else '，'}{after}"
