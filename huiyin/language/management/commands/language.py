"""`huiyin language`: serve the models of this host, train from a file, predict files, score pairs."""

import csv
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import DatabaseError, close_old_connections

from huiyin.core.command import VerbCommand, json_lines, write_json_lines
from huiyin.core.errors import Conflict, Invalid, Unavailable
from huiyin.language import packs, pii, selectors, services
from huiyin.language.classify import Trial
from huiyin.language.owner import Owner, Taken, Unteachable
from huiyin.language.services import registry
from huiyin.language.verdicts import Example, Lessons, Verdict

if TYPE_CHECKING:
    from huiyin.language.encoders import Embedder

E = TypeVar("E")

_SAME = ("会员到期了还在扣费", "我的会员已经过期，为什么还扣我的钱")
_OTHER = ("打开相册就闪退",)


class DatabaseTeacher:
    """Lessons from the examples table, what was fitted into the versions table."""

    def version(self) -> str:
        with _database():
            return selectors.lessons_version()

    def lessons(self) -> Lessons:
        with _database():
            return selectors.lessons()

    def keep(self, trials: list[Trial]) -> None:
        with _database():
            registry.record(trials)


class _database:
    """A connection that survives a database which was away."""

    def __enter__(self) -> None:
        close_old_connections()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: Any) -> None:
        close_old_connections()
        if isinstance(error, DatabaseError):
            raise Unteachable from error


class Command(VerbCommand):
    help = "Serve the language models, train, predict and compare."
    # The checks load every route of the house; the process that holds the models needs none of them.
    requires_system_checks: list[str] = []

    def add_verbs(self) -> None:
        serve = self.verb("serve", self.serve, help="Hold the models of this host and answer on its socket.")
        serve.add_argument("--with-parent", action="store_true", help="end when the starting process ends")
        self.verb("status", self.status, help="Ask the process that holds the models how it is.")
        self.verb("encoders", self.encoders, help="Try the encoders of this host.")
        train = self.verb("train", self.train, help="Fit a candidate from a CSV file and print its figures.")
        train.add_argument("--task", required=True)
        train.add_argument("--data", required=True, type=Path, help="CSV with the columns text,label")
        train.add_argument("--fast", action="store_true", help="read with the built-in encoder alone")
        predict = self.verb("predict", self.predict, help="Label the lines of a JSONL file.")
        predict.add_argument("--task", required=True)
        pairs = self.verb("pairs", self.pairs, help="Score whether two texts mean the same.")
        for verb in (predict, pairs):
            verb.add_argument("--in", dest="source", required=True, type=Path)
            verb.add_argument("--out", dest="target", required=True, type=Path)

    def serve(self, **options: Any) -> None:
        # One thread of linear algebra: the matrices are small, and the other cores belong to the web.
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        owner = Owner(services.socket_file(), DatabaseTeacher())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: owner.stop())
        if options["with_parent"]:
            threading.Thread(target=_end_with, args=(os.getppid(), owner), daemon=True).start()
        try:
            owner.serve()
        except Taken as taken:
            raise Conflict("owner_lives", f"The models are held already: {taken}.") from taken

    def status(self, **options: Any) -> None:
        state = services.client().status()
        if state is None:
            raise Unavailable("no_owner", f"Nobody answers on {services.socket_file()}.")
        self.say(dict(state))

    def encoders(self, **options: Any) -> None:
        from huiyin.language import encoders

        for name in encoders.HERE:
            encoder = _sound(partial(encoders.named, name))
            if encoder is not None:
                self.say({"name": name, **_tried(encoder)})

    def train(self, **options: Any) -> None:
        from huiyin.language import encoders, workbench
        from huiyin.language.classify import frozen

        rows = [Example(text, label) for text, label in _training_rows(options["data"])]
        if len({row.label for row in rows}) < 2:
            raise Invalid("one_label", "A task needs at least two labels.")
        task = options["task"][:40]
        encoder = encoders.builtin() if options["fast"] else _sound(encoders.best)
        fitted = workbench.fitted(task, rows, encoder, self.step)
        card = fitted.card
        version = registry.keep_candidate(card, frozen(fitted))
        figures = {"task": task, "model": card.name, "rows": len(rows), "classes": len(card.classes)}
        self.say({**figures, **card.metrics, "engine": card.engine, "state": version.state})

    def predict(self, **options: Any) -> None:
        task = options["task"]
        self._check_known(task)
        lines = list(json_lines(options["source"], "text"))
        if task == "pii":
            write_json_lines(options["target"], map(_private, lines))
            return
        told = self._told(task, [str(row["text"]) for row in lines])
        write_json_lines(options["target"], (_line(row["id"], v) for row, v in zip(lines, told, strict=True)))

    def _check_known(self, task: str) -> None:
        if task not in ("language", "pii", *packs.TASKS) and not selectors.candidate_weights(task):
            raise Invalid("task_unknown", f"Nobody trained a task {task!r}.")

    def _told(self, task: str, texts: list[str]) -> Iterator[Verdict | None]:
        """By what somebody trained for this task, else by what is built in."""
        from huiyin.language import encoders, workbench
        from huiyin.language.classify import thawed
        from huiyin.language.engine import Engine

        if weights := selectors.candidate_weights(task):
            own = thawed(weights)
            encoder = encoders.of_id(own.engine)
            if encoder is None:
                raise Unavailable("encoder_gone", f"This host has no encoder {own.engine!r}; train again.")
            return workbench.own_verdicts(own, texts, encoder, self.step)
        if task == "language":
            return workbench.verdicts(task, texts, None)
        engine = Engine()
        engine.learn(selectors.lessons())
        return workbench.verdicts(task, texts, engine, self.step)

    def pairs(self, **options: Any) -> None:
        from huiyin.language import encoders, workbench

        lines = list(json_lines(options["source"], "a", "b"))
        pairs = [(str(row["a"]), str(row["b"])) for row in lines]
        scores = workbench.same_meaning(pairs, _sound(encoders.best), self.step)
        write_json_lines(
            options["target"],
            ({**row, "score": score} for row, score in zip(lines, scores, strict=True)),
        )


def _sound(load: Callable[[], E]) -> E:
    """What it loads. Refuses with the reason when the operator's folder is broken."""
    from huiyin.language.encoders import Broken

    try:
        return load()
    except Broken as broken:
        raise Unavailable("encoder_broken", str(broken)) from broken


def _tried(encoder: "Embedder") -> dict[str, Any]:
    """How long it takes over a sentence, the median of nine, and how well two that mean the same agree."""
    spent = []
    for _turn in range(9):
        begun = time.perf_counter()
        near = encoder.encode(_SAME, "query")
        spent.append((time.perf_counter() - begun) / len(_SAME))
    far = encoder.encode(_OTHER, "query")
    return {
        "id": encoder.id,
        "numbers": encoder.dim,
        "longest": encoder.max_chars,
        "ms_a_sentence": round(1000 * sorted(spent)[len(spent) // 2], 1),
        "same_meaning": round(float(near[0] @ near[1]), 3),
        "another": round(float(near[0] @ far[0]), 3),
    }


def _line(id_: Any, verdict: Verdict | None) -> dict[str, Any]:
    if verdict is None:
        return {"id": id_, "label": None, "confidence": 0.0, "scores": {}}
    return {
        "id": id_,
        "label": verdict.label,
        "confidence": verdict.confidence,
        "scores": verdict.scores(),
    }


def _private(row: dict[str, Any]) -> dict[str, Any]:
    text = str(row["text"])
    return {"id": row["id"], "spans": [list(span) for span in pii.find(text)], "masked": pii.masked(text)}


def _end_with(parent: int, owner: Owner) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    owner.stop()


def _training_rows(path: Path) -> Iterator[tuple[str, str]]:
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"text", "label"} <= set(reader.fieldnames or ()):
                raise Invalid("columns_missing", f"{path} needs the columns text,label.")
            for row in reader:
                if (row["text"] or "").strip() and (row["label"] or "").strip():
                    yield row["text"], row["label"]
    except OSError as problem:
        raise Invalid("file_unreadable", f"{path}: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise Invalid("file_unreadable", f"{path} is not written in UTF-8.") from problem
