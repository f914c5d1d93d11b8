"""`huiyin assistant`: answer a file of questions, read the help centre anew."""

import json
import sys
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
from huiyin.core.command import VerbCommand
from huiyin.core.errors import Invalid
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
            _progress("vectors", made, None)
        self.say({"phrasings": fresh, "vectors": made})

    def ask(self, **options: Any) -> None:
        rows = list(_lines(options["source"]))
        _use_models()
        services.read()
        services.embed(limit=100_000)
        keys = _keys()
        tuning = selectors.tuning()
        with options["target"].open("w", encoding="utf-8") as out:
            for place in range(0, len(rows), BATCH):
                part = rows[place : place + BATCH]
                for row, found in zip(part, find_many([row["text"] for row in part]), strict=True):
                    shares = [each.score for each in found.candidates]
                    act = decision(found.confidence, shares, tuning)
                    told = "handoff" if wants_person(row["text"]) else DECISIONS.get(Turn.Act(act), "handoff")
                    out.write(json.dumps(_line(row["id"], found, told, keys), ensure_ascii=False) + "\n")
                _progress("questions", place + len(part), len(rows))
        self.say({"questions": len(rows), "articles": len(catalogue.index())})


def _line(key: Any, found: Found, told: str, keys: dict[str, str]) -> dict[str, Any]:
    answers = [
        {"article": keys.get(each.article, each.article), "score": each.score} for each in found.candidates
    ]
    return {"id": key, "answers": answers, "confidence": round(found.confidence, 4), "decision": told}


def _keys() -> dict[str, str]:
    """The articles' own keys: what an import calls its id."""
    articles = catalogue.index().articles
    return {each.article: each.key for each in catalogue.passages(articles, lang="zh")}


def _use_models() -> None:
    """The owner's models where it lives; else this process loads its own."""
    if settings.LANGUAGE_ENGINE == "owner" and language.client().status() is None:
        settings.LANGUAGE_ENGINE = "inline"


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines: Sequence[str] = path.read_text(encoding="utf-8").splitlines()
    except OSError as fault:
        raise Invalid("file_unreadable", f"{path}: {fault.strerror}.") from fault
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as fault:
            raise Invalid("line_invalid", f"{path}, line {number}: not JSON.") from fault
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
            raise Invalid("line_invalid", f"{path}, line {number}: an object with id and text is needed.")
        yield row


def _progress(what: str, done: int, whole: int | None) -> None:
    """On a terminal only: programs read stdout, and logs want no bars."""
    if sys.stderr.isatty():
        of = f"/{whole}" if whole else ""
        sys.stderr.write(f"\r{what}: {done}{of}" + ("\n" if done == whole else ""))
