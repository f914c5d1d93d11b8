"""The answer guarantee under fire: the web and the workers are killed with SIGKILL again and again under load.

    bin/bench faults [--kills N] [--clients N] [--only sqlite|postgres]

Clients send voices, replies, solutions and the users' words, and repeat each request with the same
Idempotency-Key until it is acknowledged. A ledger outside the product remembers what was promised. At the end
the ledger is compared with the tables, the journal and the letters. Any loss, doubling or orphan fails the run.
"""

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench._report import circumstances, save
from tests import servers
from tests.faults.siege import Siege


def main() -> int:
    options = arguments()
    report = {**circumstances(), "sieges": []}
    for database in ["sqlite", "postgres"] if options.only is None else [options.only]:
        found = besieged(database, options)
        report["sieges"].append(found)
        tell(found)
    save("faults" if options.only is None else f"faults-{options.only}", report)
    return 0 if all(siege["passed"] for siege in report["sieges"]) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100, help="processes to kill, for each database (100)")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    return parser.parse_args()


def besieged(database: str, options: argparse.Namespace) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-siege-")))
        urls = ("", "")
        if database == "postgres":
            urls = (stack.enter_context(servers.postgres()), stack.enter_context(servers.redis()))
        siege = Siege(folder, *urls, seed=options.seed)
        return siege.run(kills=options.kills, clients=options.clients)


def tell(found: dict[str, Any]) -> None:
    audit = found["audit"]
    faults = {name: count for name, count in audit["faults"].items() if count}
    print(f"{found['database']}: {found['kills']['total']} kills in {found['seconds']} s")
    print("  promised ", json.dumps(audit["promised"]))
    print("  stored   ", json.dumps(audit["stored"]))
    print("  clients  ", json.dumps(found["clients"]))
    print("  faults   ", json.dumps(faults) if faults else f"none in {len(audit['faults'])} comparisons")
    for problem in found["client_problems"]:
        print("  client   ", problem)


if __name__ == "__main__":
    sys.exit(main())
