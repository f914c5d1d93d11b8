"""The source tree as the architecture tests read it: its files, its apps and their rows in the tower."""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS_ROOT = ROOT / "huiyin"
OURS = ["config", "huiyin", "tests", "bench", "bin"]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def expect_none(faults: Iterable[object]) -> None:
    """Fail with every fault on its own line; of a mapping, with what was found for each key."""
    found = [f"{k}: {v}" for k, v in faults.items()] if isinstance(faults, Mapping) else [*map(str, faults)]
    assert not found, "\n".join(["", *found])


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def project() -> dict[str, object]:
    found: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return found


@cache
def rows() -> dict[str, int]:
    """Each app's row, 0 at the bottom, as the import contract `tower` in pyproject.toml has it."""
    contracts = project()["tool"]["importlinter"]["contracts"]  # type: ignore[index]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "tower")
    return {app: row for row, layer in enumerate(reversed(layers)) for app in re.findall(r"\w+", layer)}


def apps() -> list[str]:
    return sorted(path.name for path in APPS_ROOT.iterdir() if (path / "__init__.py").is_file())


def may_use(above: str, below: str) -> bool:
    """Whether `above` may know `below`: itself, or an app on a lower row."""
    return above == below or rows()[below] < rows()[above]


def python_files(*folders: str) -> Iterator[Path]:
    """Our Python files, the verbs in bin/ included, migrations and vendored files left out."""
    for folder in folders or OURS:
        for path in sorted((ROOT / folder).rglob("*")):
            verb = folder == "bin" and path.is_file() and not path.suffix
            if (path.suffix == ".py" or verb) and not {"migrations", "__pycache__"} & set(path.parts):
                yield path


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[FunctionNode]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, FunctionNode):
            yield node


def lines(node: FunctionNode | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every absolute name that a file imports, and whether the import stands inside a function."""
    late = {id(inner) for function in functions(path) for inner in ast.walk(function)}
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((name.name, id(node) in late) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{name.name}", id(node) in late) for name in node.names)


def templates() -> Iterator[Path]:
    yield from sorted((ROOT / "templates").rglob("*.html"))
    yield from sorted(APPS_ROOT.glob("*/templates/**/*.html"))


def our_static() -> Iterator[Path]:
    """Style sheets and scripts that we wrote."""
    for folder in [ROOT / "static", *APPS_ROOT.glob("*/static")]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".css", ".js"} and "vendor" not in path.parts:
                yield path
