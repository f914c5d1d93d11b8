"""The built-in answer in a language model's words, where that is switched on; else the built-in answer as it is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse

from huiyin.accounts import selectors as people
from huiyin.accounts.models import BusinessLine
from huiyin.assistant import selectors
from huiyin.assistant.models import Turn
from huiyin.assistant.selectors import catalogue
from huiyin.assistant.services import writing
from huiyin.assistant.services.dialogues import Reply
from huiyin.assistant.writing import Passage
from huiyin.core.chat import asking
from huiyin.language.verdicts import Understanding

READ = 3


def in_own_words(asked: Turn, reply: Reply, meaning: Understanding) -> Reply:
    """A sure answer written anew from the nearest articles. Any other reply, and any failure, leaves it as it is."""
    if reply.act != Turn.Act.ANSWER or asking.model() is None:
        return reply
    lang = asked.dialogue.lang
    near = [str(each["article"]) for each in reply.candidates[:READ]]
    passages = [
        Passage(each.key, each.title, each.text, reverse("kb_article", args=[each.key]))
        for each in catalogue.passages(near, lang=lang)
    ]
    written = writing.compose(asked.text, passages, line=line_of(meaning), lang=lang, earlier=_earlier(asked))
    if written is None:
        return reply
    cited = _citing(reply.candidates, written.cites)
    return replace(reply, text=written.text, candidates=cited, signs={**reply.signs, "writer": "model"})


def line_of(meaning: Understanding) -> BusinessLine | None:
    """The business line of the product that is spoken of."""
    directory = people.directory()
    product = directory.product(meaning.product.label) if meaning.product else None
    return directory.lines.get(product.line_id) if product else None


def _earlier(asked: Turn) -> list[tuple[str, str]]:
    before = [turn for turn in selectors.turns_of(asked.dialogue) if turn.number < asked.number]
    return [(turn.speaker, turn.text) for turn in before]


def _citing(candidates: Sequence[dict[str, Any]], cites: Sequence[str]) -> list[dict[str, Any]]:
    """The candidates, the cited one first: the page names the first that is shown as the source."""
    first = [each for each in candidates if each["key"] == cites[0]]
    others = [{**each, "shown": False} for each in candidates if each["key"] != cites[0]]
    return [*({**each, "shown": True} for each in first), *others]
