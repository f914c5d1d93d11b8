"""The assistant: how often the right article comes first, how well it knows, and how fast it answers over HTTP.

    bin/bench assistant [--data FOLDER] [--articles N] [--seconds N] [--fit FOLDER]

FOLDER holds the JSONL files of the study; `open/faq_zh_*` are measured on and nothing is fitted on them. Each part of
the ranker is measured alone (words, the built-in encoder, both). The speed part serves a house with N articles of
three phrasings, whose vectors are drawn by lot, and asks five questions a second. Goal: p95 within 300 ms.
`--fit` fits the shipped weights anew from openly licensed rows and writes them into the package.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SCRATCH = tempfile.TemporaryDirectory(prefix="huiyin-bench-")
os.environ.update(HUIYIN_DATA=SCRATCH.name, DJANGO_SETTINGS_MODULE="config.settings")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from huiyin.core.database import use_modern_sqlite  # noqa: E402

use_modern_sqlite()

import django  # noqa: E402

django.setup()

import httpx  # noqa: E402

from bench import _faq, _report  # noqa: E402
from tests import servers  # noqa: E402

GOAL_MS = 300.0
EACH_SECONDS = 0.2
SIZE = 512, 384


def main() -> int:
    options = _options()
    if options.fit:
        print(f"written to {_faq.fit(options.fit)}")
        return 0
    report: dict[str, Any] = {"name": "assistant", **_report.circumstances()}
    if options.data:
        report["quality"] = _faq.quality(options.data)
        for name, figures in report["quality"].items():
            print(f"{name:<22}{json.dumps(figures)}", flush=True)
    report["speed"] = speed(options.articles, options.seconds)
    print(json.dumps(report["speed"]))
    _report.save("assistant", report)
    return 0 if report["speed"]["p95_ms"] <= GOAL_MS else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, help="folder with the rows of the study")
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--fit", type=Path, help="fit the shipped weights from this folder, and end")
    return parser.parse_args()


def speed(articles: int, seconds: int) -> dict[str, Any]:
    """A house with so many articles, asked five questions a second by as many strangers."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _fill(articles)
    port = servers.free_port()
    environment = {**os.environ, "HUIYIN_PORT": str(port), "HUIYIN_LANGUAGE_ENGINE": "owner"}
    command = [sys.executable, "-m", "huiyin", "serve"]
    with (Path(SCRATCH.name) / "serve.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _until_ready(f"http://127.0.0.1:{port}")
            times = _ask(f"http://127.0.0.1:{port}", seconds)
        finally:
            process.terminate()
            process.wait(timeout=30)
    times.sort()
    return {
        "articles": articles,
        "phrasings": 3 * articles,
        "asked": len(times),
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "goal_ms": GOAL_MS,
    }


def _fill(articles: int) -> None:
    """Published articles with three phrasings each; what comparing costs does not depend on what vectors say."""
    import numpy as np

    from huiyin.assistant.models import Phrasing
    from huiyin.assistant.services.phrasings import vector_model
    from huiyin.knowledge.models import Article, Category, Revision, Variant

    shelf = Category.objects.create(key="bench", name_zh="测", name_en="Bench")
    rng = np.random.default_rng(7)
    model = vector_model()
    pages = [
        Article(key=f"article-{number}", category=shelf, status=Article.Status.PUBLISHED)
        for number in range(articles)
    ]
    Article.objects.bulk_create(pages, batch_size=500)
    variants = [Variant(article=page, lang="zh") for page in pages]
    Variant.objects.bulk_create(variants, batch_size=500)
    revisions = [
        Revision(variant=variant, number=1, title=_faq.title(number), body="正文。", html="<p>正文。</p>",
                 plain="打开设置，选择账号，按提示操作。", author_kind="system")
        for number, variant in enumerate(variants)
    ]  # fmt: skip
    Revision.objects.bulk_create(revisions, batch_size=500)
    for variant, revision in zip(variants, revisions, strict=True):
        variant.current = variant.published = revision
    Variant.objects.bulk_update(variants, ["current", "published"], batch_size=500)
    for start in range(0, articles, 200):
        rows = [
            Phrasing(variant=variants[number], kind=kind, text=f"{_faq.title(number)}{place}", model=model,
                     vector=_row(rng, SIZE[0]), fine_vector=_row(rng, SIZE[1]))
            for number in range(start, min(start + 200, articles))
            for place, kind in enumerate(("title", "question", "question"))
        ]  # fmt: skip
        Phrasing.objects.bulk_create(rows, batch_size=200)


def _row(rng: Any, size: int) -> bytes:
    import numpy as np

    row = rng.normal(size=size).astype(np.float32)
    return bytes((row / np.linalg.norm(row)).tobytes())


def _until_ready(url: str) -> None:
    """Until the house is open and the language process answers."""
    deadline = time.monotonic() + 600
    status = [sys.executable, "-m", "huiyin", "language", "status"]
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health/ready", timeout=5).status_code == 200:
                told = subprocess.run(status, capture_output=True, text=True, check=False)
                if told.returncode == 0 and json.loads(told.stdout)["ready"]:
                    return
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(1)
    raise SystemExit("the house did not open")


def _ask(url: str, seconds: int) -> list[float]:
    """Milliseconds from the question to the page with its answer, redirect included."""
    chance, times = random.Random(5), []
    began = time.monotonic()
    for number in range(int(seconds / EACH_SECONDS)):
        with httpx.Client(base_url=url, follow_redirects=True, timeout=10) as visitor:
            visitor.get("/assistant/")
            token = visitor.cookies.get("csrftoken", "")
            at = time.perf_counter()
            answer = visitor.post(
                "/assistant/",
                data={"text": _faq.question(chance), "csrfmiddlewaretoken": token},
                headers={"Referer": url, "X-Forwarded-For": f"10.0.{number // 250}.{number % 250}"},
            )
            assert answer.status_code == 200, answer.status_code
            times.append(1000 * (time.perf_counter() - at))
        time.sleep(max(0.0, began + (number + 1) * EACH_SECONDS - time.monotonic()))
    return times


if __name__ == "__main__":
    sys.exit(main())
