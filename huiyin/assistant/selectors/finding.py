"""The articles that may answer a question, in the context of what was asked before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from huiyin.assistant.models import Turn
from huiyin.assistant.ranking.index import Asked
from huiyin.assistant.ranking.ranker import Found, Ranker
from huiyin.assistant.selectors import catalogue
from huiyin.assistant.selectors.settings import ranker_in_use
from huiyin.language import services as language
from huiyin.language.normalise import fold

READ = 200  # characters of a question; what comes later says nothing new
SHORT_ENOUGH_FOR_QUALITY = 128
BUDGET_MS = 120  # of each encoder: an answer never waits longer than for both
SHORT = 5
BARELY_LESS = 0.03
_LEANING = re.compile(
    r"^(?:那|那么|它|这个|那个|这样|还有|另外|然后|如果|要是|万一|and |what about|how about|then |it |that |what if )"
    r"|(?:呢|的话)[?？]?$"
)


@dataclass(frozen=True, slots=True)
class Answerable:
    """What was found for a question, with the titles to show; `ranker` is who found it."""

    found: Found
    candidates: tuple[dict[str, Any], ...]
    ranker: str


def find(text: str, *, lang: str, before: str = "") -> Answerable:
    """The nearest articles. A question that leans on the one before is asked together with it as well."""
    chosen = ranker_in_use()
    found = _found(text, chosen)
    if before and leans(text):
        joined = _found(f"{before} {text}", chosen)
        found = _nearer(found, joined, is_said=bool(_LEANING.search(fold(text).strip())))
    titles = {each.article: each for each in catalogue.passages(_articles(found), lang=lang)}
    candidates = tuple(
        {"article": each.article, "key": known.key, "title": known.title, "score": each.score}
        for each in found.candidates
        if (known := titles.get(each.article))
    )
    return Answerable(found, candidates, chosen.name)


def find_many(texts: Sequence[str]) -> list[Found]:
    """The nearest articles to each of many questions, with their vectors made in one go; for files."""
    chosen, index = ranker_in_use(), catalogue.index()
    made = {
        name: language.embed(texts, "query", engine=name, budget_ms=60_000) for name in ("builtin", "quality")
    }
    rows = [
        {name: vectors.rows[place] for name, vectors in made.items() if vectors}
        for place in range(len(texts))
    ]
    return [chosen.find(index, Asked(text, row)) for text, row in zip(texts, rows, strict=True)]


def question_before(asked: Turn) -> str:
    """What the visitor asked before this turn, while the talk was about it."""
    before = Turn.objects.filter(
        dialogue=asked.dialogue_id, number__lt=asked.number, speaker=Turn.Speaker.VISITOR
    )
    last = before.select_related("dialogue").order_by("-number").first()
    return str(last.text)[:READ] if last else ""


def leans(text: str) -> bool:
    """Too short to stand alone, or beginning as one goes on talking: 那要多久呢."""
    said = fold(text).strip()
    return len(said) <= SHORT or bool(_LEANING.search(said))


def _nearer(alone: Found, joined: Found, *, is_said: bool) -> Found:
    """The question with the one before it, when that is about as sure; a short one must point there by itself."""
    there = {each.article for each in alone.candidates}
    is_meant = is_said or not there or (joined.candidates and joined.candidates[0].article in there)
    return joined if is_meant and joined.confidence >= alone.confidence - BARELY_LESS else alone


def _found(text: str, chosen: Ranker) -> Found:
    read = text[:READ]
    return chosen.find(catalogue.index(), Asked(read, _vectors(read)))


def _vectors(text: str) -> dict[str, bytes]:
    """What the encoders say in time; the better one reads short questions only, and only where it is."""
    names = ["builtin", "quality"] if len(text) <= SHORT_ENOUGH_FOR_QUALITY else ["builtin"]
    found: dict[str, bytes] = {}
    for name in names:
        made = language.embed([text], "query", engine=name, budget_ms=BUDGET_MS)
        if made is None:
            break
        found[name] = made.rows[0]
    return found


def _articles(found: Found) -> list[str]:
    return [each.article for each in found.candidates]
