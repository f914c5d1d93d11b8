"""`huiyin assistant`: answer a file of questions, read the help centre anew, flows out to files and in."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from huiyin.assistant import selectors, services
from huiyin.assistant.models import Turn
from huiyin.assistant.ranking.ranker import Found
from huiyin.assistant.selectors import catalogue, flows
from huiyin.assistant.selectors.finding import find_many
from huiyin.assistant.services import flow_files
from huiyin.assistant.services.answering import decision
from huiyin.assistant.wishes import wants_person
from huiyin.core.actors import SYSTEM
from huiyin.core.command import VerbCommand, json_lines, write_json_lines
from huiyin.core.errors import Invalid
from huiyin.knowledge.services import phrasings, vectors
from huiyin.language import services as language

BATCH = 64
STEP_SECONDS = 2.0
DECISIONS = {Turn.Act.ANSWER: "answer", Turn.Act.OFFER: "clarify", Turn.Act.CLARIFY: "clarify"}


class Command(VerbCommand):
    help = "Ask the assistant, and let it read the help centre."

    def add_verbs(self) -> None:
        ask = self.verb("ask", self.ask, help="Answer the questions of a JSONL file.")
        ask.add_argument("--batch", dest="source", required=True, type=Path, help='lines {"id", "text"}')
        ask.add_argument("--out", dest="target", required=True, type=Path)
        self.verb("read", self.read, help="Make up what the help centre lacks: phrasings and their vectors.")
        give = self.verb("flow-export", self.give, help="Write the draft of a guided flow into a file.")
        give.add_argument("key")
        give.add_argument("target", type=Path)
        take = self.verb("flow-import", self.take, help="A guided flow from a file, as a draft.")
        take.add_argument("source", type=Path)
        take.add_argument(
            "--replace", action="store_true", help="the draft of the flow that is there already"
        )

    def read(self, **options: Any) -> None:
        _use_models()
        self.say(self._read())

    def ask(self, **options: Any) -> None:
        rows = list(json_lines(options["source"], "text"))
        _use_models()
        self._read()
        write_json_lines(options["target"], self._answers(rows))
        self.say({"questions": len(rows), "articles": len(catalogue.index())})

    def give(self, **options: Any) -> None:
        flow = flows.flow_named(options["key"])
        try:
            options["target"].write_bytes(flow_files.written(flow))
        except OSError as problem:
            raise Invalid("file_unwritable", f"{options['target']}: {problem.strerror}.") from problem
        self.say({"key": flow.key, "steps": len(flows.draft_of(flow).steps)})

    def take(self, **options: Any) -> None:
        try:
            data = options["source"].read_bytes()
        except OSError as problem:
            raise Invalid("file_unreadable", f"{options['source']}: {problem.strerror}.") from problem
        if options["replace"]:
            flow = flow_files.replace(flows.flow_named(flow_files.key_in(data)), data, by=SYSTEM)
        else:
            flow = flow_files.take_in(data, by=SYSTEM)
        problems = [f"{each.step}: {each.code}" for each in flows.problems_of(flows.draft_of(flow))]
        self.say({"key": flow.key, "edition": flow.edition, "problems": problems})

    def _read(self) -> dict[str, int]:
        """How many phrasings and vectors were missing."""
        fresh, made = phrasings.make_up(), 0
        while done := vectors.fill(seconds=STEP_SECONDS) + services.embed():
            made += done
            self.step(made, what="vectors: ")
        return {"phrasings": fresh, "vectors": made}

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
