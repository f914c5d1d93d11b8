"""Search in 300,000 generated documents: the newest 20 matches on SQLite and PostgreSQL, recall, visibility.

    bin/bench search [--documents N] [--only sqlite|postgres]

Truth for recall is a substring scan of the same text. Goals: 100 % recall, p95 of the newest 20 within 10 ms
on SQLite and 50 ms on PostgreSQL, a document found by the transaction that puts it.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

SCRATCH = tempfile.TemporaryDirectory(prefix="huiyin-bench-")
os.environ.update(HUIYIN_DATA=SCRATCH.name, DJANGO_SETTINGS_MODULE="config.settings")

from huiyin.core.database import library_version, use_modern_sqlite  # noqa: E402

use_modern_sqlite()

from django.apps import apps  # noqa: E402
from django.db import connections, transaction  # noqa: E402

from config import database  # noqa: E402
from huiyin.core.ports import search  # noqa: E402
from huiyin.core.search import postgres  # noqa: E402
from huiyin.core.search.text import fold  # noqa: E402
from tests import servers  # noqa: E402

Corpus = list[tuple[int, dict[str, str]]]
Sample = tuple[float, float]
apps.populate([])  # the databases alone: no app, no model
RESULTS = Path(__file__).parent / "results"
GOALS = {"sqlite": 10.0, "postgresql": 50.0}
ROUNDS = 15
PHRASES = """
充值没有到账 订单一直待发货 申请退款被拒绝 登录提示账号异常 验证码收不到 会员自动续费怎么取消
发票抬头写错了 客服一直不回复 页面打不开显示空白 余额和流水对不上 优惠券用不了 收货地址改不了
账号疑似被盗 密码忘记了 手机号换绑失败 直播卡顿声音不同步 文件上传到一半失败 同步不到电脑端 API 返回
500 报错 iPhone 15 闪退 Android 更新后黑屏 扫码没有反应 提现三天了还没到 银行卡绑定不了
实名认证审核太慢 家人生病急需退款 请尽快处理 已经打过三次电话 感谢你们 建议增加深色模式 refund not
received app crashes on login payment declined two-factor code missing please cancel my subscription
""".split()  # noqa: SIM905 - a list of forty strings reads worse
COMMON = "的了我你在有是不一这个到没为什么还要能上下请问怎样时间问题退款账号订单充值会员服务".split()  # noqa: SIM905
QUERIES = [
    *("款", "我", "账", "账号", "退款", "充值", "怎么取消", "充值没有到账", "款被拒", "号疑似被盗", "续费怎"),
    *("refund", "crash", "iphone", "500", "api 返回", "HY-012345", "HY-29", "退款 iphone", "账号 被盗 密码"),
]


def main() -> int:
    options = arguments()
    corpus = list(documents(options.documents))
    with ExitStack() as stack:
        reports = {}
        for engine, url in databases(options.only, stack):
            reports[engine] = {**circumstances(), "documents": len(corpus), **measure(engine, url, corpus)}
            save(engine, reports[engine])
    return 0 if all(report["passed"] for report in reports.values()) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench search", description=__doc__)
    parser.add_argument("--documents", type=int, default=300_000)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    return parser.parse_args()


def databases(only: str | None, stack: ExitStack) -> Iterator[tuple[str, str]]:
    if only != "postgres":
        yield "sqlite", f"sqlite://{SCRATCH.name}/search.sqlite3"
    if only != "sqlite":
        yield "postgresql", stack.enter_context(servers.postgres())


def documents(count: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Texts of 40 to 400 characters: phrases of a help desk among words of Zipf-distributed characters."""
    dice = random.Random(20261122)
    words = vocabulary(dice)
    weights = list(accumulate(1 / (rank + 60) for rank in range(len(words))))
    for number in range(1, count + 1):
        parts = dice.choices(words, cum_weights=weights, k=dice.randint(10, 120))
        for phrase in dice.sample(PHRASES, k=dice.randint(0, 2)):
            parts.insert(dice.randrange(len(parts)), phrase)
        parts.insert(dice.randrange(len(parts)), dice.choice("，。？！ "))
        yield number, {"subject": "".join(parts[:8]), "text": f"HY-{number:06d} " + "".join(parts)}


def vocabulary(dice: random.Random) -> list[str]:
    characters = [chr(0x4E00 + dice.randrange(20_000)) for _ in range(3_000)]
    made = ["".join(dice.choices(characters, k=dice.choice([1, 2, 2, 2, 3]))) for _ in range(30_000)]
    latin = [
        f" {''.join(dice.choices('abcdefghijklmnoprstuvw', k=dice.randint(3, 9)))} " for _ in range(3_000)
    ]
    rest = [*made, *latin]
    dice.shuffle(rest)
    return [*COMMON, *rest]


def measure(engine: str, url: str, corpus: Corpus) -> dict[str, Any]:
    connections.databases["bench"] = {**connections.databases["default"], **database.from_url(url, RESULTS)}
    index = replace(search.index("bench", fields={"subject": 4, "text": 1}), using="bench")
    built = build(index, corpus)
    queries = [*QUERIES, *sampled(corpus)]
    newest = {query: timed(lambda query=query: index.find(query, limit=20)) for query in queries}
    ranked = {query: timed(lambda query=query: index.ranked(query, limit=20), 3) for query in queries}
    report = {
        **built,
        "newest": percentiles(newest),
        "ranked": percentiles(ranked),
        "visible": visibility(index, len(corpus)),
        "recall": recall(index, queries, corpus),
        "queries": {
            query: round(statistics.median(wall for wall, _cpu in samples), 3)
            for query, samples in newest.items()
        },
    }
    report["passed"] = report["newest"]["p95_ms"] <= GOALS[engine] and report["recall"] == 1.0
    connections["bench"].close()
    del connections["bench"]
    return report


def build(index: search.Index, corpus: Corpus) -> dict[str, Any]:
    connection = connections["bench"]
    with connection.schema_editor() as editor:
        search.CreateIndex(index).database_forwards("bench", editor, None, None)
    is_postgres, started = connection.vendor == "postgresql", time.perf_counter()
    with connection.cursor() as cursor:
        lookup = postgres.create(index)[1]
        if is_postgres:  # as in any bulk load: the GIN index is built once, at the end
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute(f"DROP INDEX {index.table}_grams")
        fill(index, corpus)
        if is_postgres:
            cursor.execute(lookup)
        seconds = time.perf_counter() - started
        cursor.execute("VACUUM ANALYZE" if is_postgres else "ANALYZE")
    return {"build_s": round(seconds, 1), "size_mb": size(index)}


def fill(index: search.Index, corpus: Corpus) -> None:
    rows = iter(corpus)
    while batch := list(islice(rows, 5_000)):
        with transaction.atomic(using="bench"):
            index.put_many(batch)
        progress(batch[-1][0], len(corpus))


def size(index: search.Index) -> float:
    connection = connections["bench"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size(%s)", [index.table])
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return round(cursor.fetchone()[0] / 1e6, 1)


def sampled(corpus: Corpus) -> list[str]:
    """Rare and middling queries: pieces of one to five characters out of documents across the whole range."""
    dice = random.Random(7)
    texts = [fields["text"] for _number, fields in dice.sample(corpus, k=12)]
    pieces = []
    for place, text in enumerate(texts):
        han = "".join(c for c in text[10:] if "\u4e00" <= c <= "\u9fff")
        pieces.append(
            next(
                piece for piece in (text[i : i + 1 + place % 5] for i in range(12, len(text))) if piece in han
            )
        )
    return pieces


def timed(run: Callable[[], Any], rounds: int = ROUNDS) -> list[Sample]:
    """Wall clock and this process's own CPU, in ms. For SQLite the CPU is the whole cost, whatever else runs."""
    samples = []
    for _ in range(rounds):
        started, burned = time.perf_counter(), time.process_time()
        run()
        samples.append(((time.perf_counter() - started) * 1000, (time.process_time() - burned) * 1000))
    return samples


def percentiles(runs: dict[str, list[Sample]]) -> dict[str, float]:
    """Over all runs of all queries, the first (cold) one of each query included."""
    told = {}
    for place, name in enumerate(("", "cpu_")):
        times = sorted(sample[place] for samples in runs.values() for sample in samples)
        told |= {f"{name}p{p}_ms": round(times[int(len(times) * p / 100)], 3) for p in (50, 95, 99)}
    return told


def visibility(index: search.Index, count: int) -> dict[str, Any]:
    """One more document, found before its transaction ends."""
    with transaction.atomic(using="bench"):
        started = time.perf_counter()
        index.put(count + 1, {"text": "鑫焱垚犇骉麤，刚刚写入"})
        put = time.perf_counter()
        seen = index.find("焱垚犇") == [count + 1]
        transaction.set_rollback(True, using="bench")
    return {"same_transaction": seen, "put_ms": round((put - started) * 1000, 2)}


def recall(index: search.Index, queries: list[str], corpus: Corpus) -> float:
    """The smallest share, over the Chinese queries, of the true matches that the index finds."""
    chinese = [query for query in queries if " " not in query and not query.isascii()]
    found = {query: set(index.find(query, limit=len(corpus))) for query in chinese}
    true: dict[str, set[int]] = {query: set() for query in chinese}
    for number, fields in corpus:
        text = fold(fields["subject"] + "\n" + fields["text"])
        for query in chinese:
            if query in text:
                true[query].add(number)
    return min(len(found[query] & true[query]) / max(1, len(true[query])) for query in chinese)


def circumstances() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": ".".join(map(str, library_version())),
        "load": os.getloadavg()[0],
    }


def progress(done: int, count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {count:,} documents", end="", file=sys.stderr, flush=True)


def save(engine: str, report: dict[str, Any]) -> None:
    """Beside the other engine's figures of the same day, so that one may be measured again alone."""
    RESULTS.mkdir(exist_ok=True)
    name = RESULTS / f"search-{datetime.now(UTC):%Y-%m-%d}.json"
    known = json.loads(name.read_text(encoding="utf-8")) if name.exists() else {}
    name.write_text(
        json.dumps({**known, engine: report}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    for figures in ("newest", "ranked", "recall"):
        print(f"{engine} {figures}: {report[figures]}")
    print(f"written: {name.name}")


if __name__ == "__main__":
    sys.exit(main())
