"""How well texts are understood, on the data at hand, with throughput and memory.

    bin/bench language --data FOLDER [--rows N] [--only PART ...]

FOLDER holds the JSONL files of the study (`open/`, `research_only/`); they are measured on, never shipped. Rows
are split by a fixed seed; nothing was tuned on the rows that are scored. Goals are those of the design for full
data: a run with fewer rows stays below them, which the report says by the number of rows.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

SCRATCH = tempfile.TemporaryDirectory(prefix="huiyin-bench-")
os.environ.update(HUIYIN_DATA=SCRATCH.name, DJANGO_SETTINGS_MODULE="config.settings")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402

from bench import _report  # noqa: E402

SEED = 11
Row = dict[str, Any]


def main() -> int:
    options = _options()
    from huiyin.language import encoders

    data = Data(options.data, options.rows)
    report = {"name": "language", **_report.circumstances()}
    report["parts"] = _earlier(report["date"]) if options.only else {}
    report["versions"]["encoders"] = encoders.best().id
    for name, part in PARTS.items():
        if options.only and name not in options.only:
            continue
        began = time.process_time()
        figures = part(data)
        spent = round(time.process_time() - began, 1)
        report["parts"][name] = {**figures, "rows_at_most": options.rows, "cpu_seconds": spent}
        print(f"{name:<18}{json.dumps(report['parts'][name], ensure_ascii=False)}", flush=True)
    report["memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    _report.save("language", report)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=900, help="rows of each set at most")
    parser.add_argument("--only", nargs="*", default=[])
    return parser.parse_args()


def _earlier(date: str) -> Row:
    """What other parts gave today: a run of some parts leaves the rest as it was."""
    file = _report.RESULTS / f"language-{date}.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))["parts"]) if file.is_file() else {}


class Data:
    """The files, cut to so many rows by a fixed seed."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.rows = folder, rows

    def read(self, name: str, most: int | None = None) -> list[Row]:
        lines = (self.folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        order = np.random.default_rng(SEED).permutation(len(rows))[: most or self.rows]
        return [rows[i] for i in sorted(order)]


def intent(name: str, shots: int = 0) -> Callable[[Data], Row]:
    """Train on a part, score the rest: everything, then the built-in encoder alone."""

    def measured(data: Data) -> Row:
        rows = data.read(name, 10**6 if shots else None)
        train, test = _shots(rows, shots) if shots else _split(rows)
        return _compared(train, test[: data.rows // 2])

    return measured


def outside(data: Data) -> Row:
    """Intents with texts that belong to none: in-scope accuracy, recall of the strangers, AUROC."""
    train = data.read("open/intent_en_clinc150_train", 3 * data.rows)
    train += data.read("open/intent_en_clinc150_oos_train", 10**6)
    test = data.read("open/intent_en_clinc150_val", 10**6)
    strange = [row for row in test if row["label"] == "oos"]
    known = [row for row in test if row["label"] != "oos"][: 4 * len(strange)]
    classifier, encoder = _fitted(train)
    labels = classifier.card.classes
    odds = classifier.probabilities(_texts(known + strange), _vectors(_texts(known + strange), encoder))
    guess = [labels[i] for i in odds.argmax(axis=1)]
    truth = [row["label"] for row in known + strange]
    right = [one == other for one, other in zip(guess, truth, strict=True)]
    return {
        "train": len(train),
        "in_scope": _share(right[: len(known)]),
        "oos_recall": _share(right[len(known) :]),
        "auroc": _auroc(odds[:, labels.index("oos")], [label == "oos" for label in truth]),
        "goal": "0.945 / 0.85 / 0.980",
    }


def tickets(data: Data) -> Row:
    """46 rows with the shipped packs, five folds: category, priority, emotion, intent."""
    rows = data.read("open/tickets_zh_dev")
    found: Row = {"goal": "0.82 / 0.70 / 0.72 / 0.72"}
    for task in ("category", "priority", "emotion", "intent"):
        labelled = [{"text": row["text"], "label": row[task]} for row in rows]
        found[task] = _folded(labelled, task, 5)
    return found


def complaints(data: Data) -> Row:
    rows = data.read("research_only/ticketcat_zh_citizen_train")
    titles = [{"text": row["title"], "label": row["label"]} for row in rows]
    whole = [{**row, "text": f"{row['title']}。{row['text'].strip()[:160]}"} for row in rows]
    return {
        "train": len(rows) * 4 // 5,
        "accuracy": _folded(titles, "theirs", 5),
        "accuracy with the beginning of the text": _folded(whole, "theirs", 5),
        "goal": 0.86,
    }


def emotion(data: Data) -> Row:
    rows = data.read("research_only/emotion_zh_weibo_train", 3 * data.rows)
    train, test = _split(rows)
    return {**_compared(train, test), "unseen_topic_goal": 0.50, "goal": 0.71}


def sentiment(data: Data) -> Row:
    """The built-in verdict on trades it was not written for, and one trained on the trade."""
    from huiyin.language import workbench
    from huiyin.language.engine import Engine
    from huiyin.language.verdicts import Lessons

    engine = Engine()
    engine.learn(Lessons())
    found: Row = {"goal": "0.91 trained / 0.89 unseen"}
    for name in ("sentiment_zh_waimai_train", "reviews_zh_shopping_train"):
        rows = data.read(f"research_only/{name}")
        told = workbench.verdicts("sentiment", _texts(rows), engine)
        right = [
            (scores.get("positive", 0) > scores.get("negative", 0)) == (str(row["label"]) == "1")
            for row, verdict in zip(rows, told, strict=True)
            for scores in [verdict.scores() if verdict else {}]
        ]
        found[f"unseen {name.split('_')[2]}"] = _share(right)
    rows = data.read("research_only/sentiment_zh_waimai_train", 4 * data.rows)
    found["trained"] = _compared(*_split([{**row, "label": str(row["label"])} for row in rows]))
    return found


def pairs(data: Data) -> Row:
    from huiyin.language import encoders, workbench

    found: Row = {"goal": "0.93 open, 0.80 bank"}
    for name in ("lcqmc", "bq"):
        rows = data.read(f"research_only/pairs_zh_{name}_dev", data.rows // 2)
        both = [(row["a"], row["b"]) for row in rows]
        marks = [str(row["label"]) == "1" for row in rows]
        readers = {"": encoders.best(), " built-in alone": encoders.builtin()}
        if quality := encoders.named("quality"):
            readers[" quality alone"] = quality
        for what, encoder in readers.items():
            found[name + what] = _auroc(list(workbench.same_meaning(both, encoder)), marks)
    return found


def topics(data: Data) -> Row:
    from sklearn.metrics import adjusted_rand_score

    from huiyin.insights import grouping

    found: Row = {"goal": "0.46 en, 0.62 zh"}
    for name, file in (
        ("en", "open/intent_en_banking77_train"),
        ("zh", "research_only/intent_zh_smp2020_train"),
    ):
        rows = data.read(file)
        for what, is_fast in (("", False), (" built-in alone", True)):
            groups = grouping.topics(_texts(rows), step=_silent, is_fast=is_fast).groups
            found[name + what] = round(float(adjusted_rand_score([row["label"] for row in rows], groups)), 3)
    return found


def nights(data: Data) -> Row:
    """Requests in random order over forty days, linked each night: who keeps their topic, and how right it is."""
    from sklearn.metrics import adjusted_rand_score

    from huiyin.insights.matching import matched
    from huiyin.language import encoders, workbench
    from huiyin.language.topics import centred, regrouped
    from huiyin.language.topics.grouping import CUTS

    rows = data.read("research_only/intent_zh_smp2020_train", 10**6)
    rows = [rows[place] for place in np.random.default_rng(SEED).permutation(len(rows))]
    vectors = workbench.encoded(_texts(rows), encoders.builtin(), _silent)
    standing: list[int] = []
    kept, agreed = [], []
    for night in range(15, 41):
        upto = len(rows) * night // 40
        before = [*standing, *[None] * (upto - len(standing))]
        groups = regrouped(centred(vectors[:upto]), before, CUTS["zh"])
        found = matched(groups, before)
        # A number that no topic has had: those of groups would be taken for topics of the night before.
        after = [night * len(rows) + group if found[group] is None else found[group] for group in groups]
        if standing:
            kept.append(_share([was == now for was, now in zip(standing, after, strict=False)]))
            agreed.append(float(adjusted_rand_score(standing, after[: len(standing)])))
        standing = [int(key) for key in after if key is not None]
    truth = adjusted_rand_score([row["label"] for row in rows], standing)
    return {
        "nights": len(kept),
        "keep their topic": round(sum(kept) / len(kept), 4),
        "worst night": min(kept),
        "agreement of two nights": round(sum(agreed) / len(agreed), 3),
        "agreement with labels": round(float(truth), 3),
    }


def bursts(data: Data) -> Row:
    """Nine planted bursts in a stream of reviews and requests: seen on their first day, and false alarms."""
    from datetime import datetime, timedelta

    from huiyin.insights import grouping

    rows = data.read("research_only/burst_stream_zh_dev", 10**6)
    gold = json.loads(
        (data.folder / "research_only/burst_stream_zh_dev_gold.json").read_text(encoding="utf-8")
    )
    days = [datetime.fromisoformat(row["time"]).date() for row in rows]
    found = grouping.topics(_texts(rows), days, step=_silent, is_fast=True)
    told = {burst.day for burst in found.bursts}
    first = min(days)
    planted = {
        first + timedelta(days=each["start_day"] + more) for each in gold for more in range(each["days"])
    }
    starts = [first + timedelta(days=each["start_day"]) for each in gold]
    return {
        "seen the same day": _share([day in told for day in starts]),
        "false alarm days": len(told - planted),
        "days": len(set(days)),
        "goal": "0.55 at 6 a day, 0.95 at 12, at most 2 false alarms",
    }


def alarms(data: Data) -> Row:
    """The stored alarm on days that it has never seen: a stream of rows that no stream of the study uses, and what
    citizens of one town wrote in eight months, where nothing is planted and every alarm counts as false."""
    from datetime import datetime

    from bench import _alarms
    from huiyin.language import encoders, workbench

    used = {row["text"] for row in data.read("research_only/burst_stream_zh_dev", 10**6)}
    intents: dict[str, list[str]] = {}
    for row in data.read("research_only/intent_zh_smp2020_train", 10**6):
        if row["text"] not in used:
            intents.setdefault(row["label"], []).append(row["text"])
    reviews = _texts(data.read("research_only/reviews_zh_shopping_train", 10**6))
    reviews = [text for text in reviews if text not in used]
    letters = [
        _alarms.Text(datetime.fromisoformat(row["time"]), f"{row['title']}\n{row['text'].strip()[:160]}")
        for row in data.read("research_only/feedback_stream_zh_citizen_2019", 10**6)
        if row["time"] >= "2019"
    ]
    letters.sort(key=lambda each: each.at)
    gold = json.loads(
        (data.folder / "research_only/burst_stream_zh_dev_gold.json").read_text(encoding="utf-8")
    )
    fresh = {
        label: texts for label, texts in intents.items() if label not in {each["topic"] for each in gold}
    }
    found: Row = {"goal": "0.55 at 6 a day, 0.95 at 12, at most 2 false alarms"}
    for name, texts in (("planted", _alarms.made(reviews, fresh, SEED)), ("citizens", letters)):
        vectors = workbench.encoded([each.text for each in texts], encoders.builtin(), _silent)
        stream = [_alarms.Said(each.at, row, each.planted) for each, row in zip(texts, vectors, strict=True)]
        found[name] = _alarms.judged(_alarms.replay(stream), stream)
    return found


def pii(data: Data) -> Row:
    """Exact spans, micro-F1, and the share of personal characters that stay readable."""
    from huiyin.language import pii as recogniser

    rows = data.read("open/pii_zh_dev", 10**6)
    hits = said = there = leaked = personal = 0
    for row in rows:
        wanted = {tuple(span) for span in row["spans"]}
        found = {tuple(span) for span in recogniser.find(row["text"])}
        hits, said, there = hits + len(wanted & found), said + len(found), there + len(wanted)
        covered = {at for start, end, _label in found for at in range(start, end)}
        own = {at for start, end, _label in wanted for at in range(start, end)}
        leaked, personal = leaked + len(own - covered), personal + len(own)
    return {
        "rows": len(rows),
        "micro_f1": round(2 * hits / (said + there), 4),
        "leaked": round(leaked / personal, 4),
        "false_finds": said - hits,
        "goal": "0.99 usual; hard cases 0.85 and 0.10 leaked",
    }


def pipeline(data: Data) -> Row:
    """Whole understandings of texts of fifty characters, one core, as the owner computes them."""
    from huiyin.language import encoders
    from huiyin.language.engine import Engine
    from huiyin.language.verdicts import Lessons, Question

    engine = Engine()
    engine.learn(Lessons())
    rows = data.read("research_only/feedback_stream_zh_citizen_2019", 200)
    questions = [Question(row["text"][:50]) for row in rows]
    engine.understand_many(questions[:16])
    plain = _rate(lambda: [engine.understand_many(questions[i : i + 16]) for i in range(0, 200, 16)], 200)
    found = {"without_quality_per_core": plain, "goal": "150/s on 2 cores, 35/s with the quality encoder"}
    if quality := encoders.named("quality"):
        texts = [question.text for question in questions[:64]]
        seconds = 1 / plain + 1 / _rate(lambda: quality.encode(texts), 64)
        found["with_quality_per_core"] = round(1 / seconds, 1)
    return found


PARTS: dict[str, Callable[[Data], Row]] = {
    "pii": pii,
    "pipeline": pipeline,
    "tickets": tickets,
    "complaints": complaints,
    "sentiment": sentiment,
    "bursts": bursts,
    "alarms": alarms,
    "nights": nights,
    "topics": topics,
    "pairs": pairs,
    "intent zh": intent("research_only/intent_zh_smp2020_train"),
    "intent en 10-shot": intent("open/intent_en_banking77_train", shots=10),
    "intent en": intent("open/intent_en_banking77_train"),
    "outside": outside,
    "emotion": emotion,
}


def _compared(train: list[Row], test: list[Row]) -> Row:
    """Accuracy, macro-F1 and calibration of the whole, and the accuracy of each voice alone."""
    from huiyin.language.classify import judged
    from huiyin.language.classify.voices import NAMES, Voices

    classifier, encoder = _fitted(train)
    read, texts = _vectors(_texts(test), encoder), _texts(test)
    at = {label: i for i, label in enumerate(classifier.card.classes)}
    truth = [at.get(row["label"], -1) for row in test]
    figures = judged(classifier.probabilities(texts, read), truth)
    voices = Voices(classifier.card.classes, classifier.parts, strength=classifier.recipe.strength)
    voices.fit([_example(row) for row in train], _vectors(_texts(train), encoder))
    alone = {
        name: _share(scores.argmax(axis=1) == np.array(truth))
        for name, scores in voices.scores(texts, read, NAMES).items()
    }
    return {"train": len(train), **figures, "alone": alone, "shares": classifier.recipe.shares}


def _folded(rows: list[Row], task: str, folds: int) -> float:
    order = np.random.default_rng(SEED).permutation(len(rows))
    right: list[bool] = []
    for fold in range(folds):
        test = [rows[i] for i in order[fold::folds]]
        train = [rows[i] for at, i in enumerate(order) if at % folds != fold]
        classifier, encoder = _fitted(train, task)
        told = classifier.predict(_texts(test), _vectors(_texts(test), encoder))
        right += [verdict.label == row["label"] for verdict, row in zip(told, test, strict=True)]
    return _share(right)


def _fitted(train: list[Row], task: str = "bench") -> tuple[Any, Any]:
    from huiyin.language import encoders, workbench

    encoder = Remembering(encoders.best())
    return workbench.fitted(task, [_example(row) for row in train], encoder), encoder


class Remembering:
    """An encoder that reads every text once, so that a bench of folds does not pay for it five times."""

    seen: dict[str, Any] = {}

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder
        self.id, self.dim, self.max_chars, self.parts = (
            encoder.id,
            encoder.dim,
            encoder.max_chars,
            _parts(encoder),
        )

    def encode(self, texts: Iterable[str], kind: str = "passage") -> Any:
        wanted = list(texts)
        if missing := [text for text in dict.fromkeys(wanted) if text not in self.seen]:
            self.seen.update(zip(missing, self._encoder.encode(missing, kind), strict=True))
        return np.stack([self.seen[text] for text in wanted])


def _parts(encoder: Any) -> tuple[int, ...]:
    from huiyin.language import encoders

    return encoders.parts_of(encoder)


def _vectors(texts: list[str], encoder: Any) -> Any:
    from huiyin.language import workbench

    return workbench.encoded(texts, encoder)


def _example(row: Row) -> Any:
    from huiyin.language.verdicts import Example

    return Example(row["text"], row["label"])


def _split(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    order = np.random.default_rng(SEED).permutation(len(rows))
    cut = len(rows) * 3 // 4
    return [rows[i] for i in order[:cut]], [rows[i] for i in order[cut:]]


def _shots(rows: list[Row], shots: int) -> tuple[list[Row], list[Row]]:
    taken: Counter[str] = Counter()
    train, test = [], []
    for i in np.random.default_rng(SEED).permutation(len(rows)):
        row = rows[i]
        taken[row["label"]] += 1
        (train if taken[row["label"]] <= shots else test).append(row)
    return train, test


def _texts(rows: list[Row]) -> list[str]:
    return [str(row["text"]) for row in rows]


def _share(marks: Any) -> float:
    return round(float(np.mean(marks)), 4) if len(marks) else 0.0


def _auroc(scores: Any, marks: list[bool]) -> float:
    from sklearn.metrics import roc_auc_score

    return round(float(roc_auc_score(marks, scores)), 4)


def _rate(work: Callable[[], Any], items: int) -> float:
    began = time.process_time()
    work()
    return round(items / (time.process_time() - began), 1)


def _silent(done: int, whole: int) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    raise SystemExit(main())
