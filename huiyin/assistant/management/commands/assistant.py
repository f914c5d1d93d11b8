"""`huiyin assistant`: answer a file of questions, read the help centre anew."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from huiyin.assistant import selectors, services
from huiyin.assistant.models import Turn
from huiyin.assistant.ranking.ranker import Found
from huiyin.assistant.selectors import catalogue
from huiyin.assistant.selectors.finding import find_many
from huiyin.assistant.services.answering import decision
from huiyin.assistant.wishes import wants_person
from huiyin.core.command import VerbCommand, json_lines, write_json_lines
from huiyin.language import services as language

BATCH = 64
DECISIONS = {Turn.Act.ANSWER: "answer", Turn.Act.OFFER: "clarify", Turn.Act.CLARIFY: "clarify"}


class Command(VerbCommand):
    help = "Ask the assistant, and let it read the help centre."

    def add_verbs(self) -> None:
        ask = self.verb("ask", self.ask, help="Answer the questions of a JSONL file.")
        ask.add_argument("--batch", dest="source", required=True, type=Path, help='lines {"id", "text"}')
        ask.add_argument("--out", dest="target", required=True, type=Path)
        self.verb("read", self.read, help="Read the help centre anew: phrasings and their vectors.")

    def read(self, **options: Any) -> None:
        _use_models()
        fresh, made = services.read(), 0
        while done := services.embed(limit=BATCH * 4):
            made += done
            self.step(made, what="vectors: ")
        self.say({"phrasings": fresh, "vectors": made})

    def ask(self, **options: Any) -> None:
        rows = list(json_lines(options["source"], "text"))
        _use_models()
        services.read()
        services.embed(limit=100_000)
        write_json_lines(options["target"], self._answers(rows))
        self.say({"questions": len(rows), "articles": len(catalogue.index())})

    def _answers(self, rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """A line for each question, batch after batch."""
        keys, tuning = catalogue.ids_given(), selectors.tuning()
        for place in range(0, len(rows), BATCH):
            part = rows[place : place + BATCH]
            texts = [str(row["text"]) for row in part]
            for row, text, found in zip(part, texts, find_many(texts), strict=True):
                shares = [each.score for each in found.candidates]
                act = decision(found.confidence, shares, tuning)
                told = "handoff" if wants_person(text) else DECISIONS.get(Turn.Act(act), "handoff")
                yield _line(row["id"], found, told, keys)
            self.step(place + len(part), len(rows), what="questions: ")


def _line(key: Any, found: Found, told: str, keys: dict[str, str]) -> dict[str, Any]:
    answers = [
        {"article": keys.get(each.article, each.article), "score": each.score} for each in found.candidates
    ]
    return {"id": key, "answers": answers, "confidence": round(found.confidence, 4), "decision": told}


def _use_models() -> None:
    """The owner's models where it lives; else this process loads its own."""
    if settings.LANGUAGE_ENGINE == "owner" and language.client().status() is None:
        settings.LANGUAGE_ENGINE = "inline"
