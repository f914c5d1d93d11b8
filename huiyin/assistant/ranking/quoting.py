"""Which lines of an article to quote: those that hold most of what was asked, else its beginning."""

from huiyin.knowledge.closeness import meaning

QUOTED = 280
FROM_THE_TOP = 0.15  # how much of the question must be found further down before the beginning is left out


def quoted(text: str, question: str, *, limit: int = QUOTED) -> str:
    """At most `limit` characters of Markdown, in whole lines where that is possible; what was left out is marked."""
    lines = _lines(text)
    if sum(len(line) + 1 for line in lines) <= limit:
        return "\n".join(lines)
    first = _best_start(lines, question, limit)
    chosen = _window(lines, first, limit)
    told = "\n".join(chosen)
    told = told if len(told) <= limit else f"{told[: limit - 1].rstrip()}…"
    is_whole = first + len(chosen) == len(lines)
    told = told.lstrip("\n")
    return ("" if first == 0 else "…\n\n") + told + ("" if is_whole or told.endswith("…") else "\n\n…")


def _lines(text: str) -> list[str]:
    """Lines with something on them, each behind the empty one that sets it off, where there was any."""
    found: list[str] = []
    gap = ""
    for line in text.splitlines():
        if not line.strip():
            gap = "\n" if found else ""
        else:
            found.append(gap + line.rstrip())
            gap = ""
    return found


def _best_start(lines: list[str], question: str, limit: int) -> int:
    asked = meaning(question)
    whole = sum(asked.values()) or 1.0

    def held(place: int) -> float:
        said = "\n".join(_window(lines, place, limit)).lower()
        return sum(weight for piece, weight in asked.items() if piece in said) / whole

    best = max(range(len(lines)), key=lambda place: (held(place), -place))
    return best if held(best) >= held(0) + FROM_THE_TOP else 0


def _window(lines: list[str], start: int, limit: int) -> list[str]:
    """Lines from there on while they fit; always at least one."""
    taken, size = [lines[start]], len(lines[start])
    for line in lines[start + 1 :]:
        size += len(line) + 1
        if size > limit:
            break
        taken.append(line)
    while len(taken) > 1 and taken[-1].lstrip().startswith("#"):
        taken.pop()  # a heading above nothing
    return taken
