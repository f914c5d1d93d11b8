"""So many people who sign in at the same moment: `python -m bench._crowd URL PEOPLE`.

Says `ready`, and for each line that it reads lets them all go at once; then tells what became of them in one line.
"""

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from bench.accounts import Agent


def main(url: str, people: int) -> None:
    crowd = [Agent(url, f"agent-{n}", f"10.3.0.{n + 1}") for n in range(people)]
    together = threading.Barrier(people)

    def come_in(agent: Agent) -> tuple[int, float]:
        together.wait()
        began = time.perf_counter()
        return agent.sign_in(), 1000 * (time.perf_counter() - began)

    print("ready", flush=True)
    with ThreadPoolExecutor(people) as pool:
        for _line in sys.stdin:
            began = time.perf_counter()
            answers = list(pool.map(come_in, crowd))
            told = {
                "statuses": [status for status, _wait in answers],
                "slowest_ms": max(wait for _status, wait in answers),
                "seconds": time.perf_counter() - began,
            }
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
