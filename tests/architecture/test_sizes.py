"""Files, functions and classes stay small enough to be read in one go. Aim for less."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import source

CODE_FILE, TEST_FILE, CLASS, FUNCTION, VIEW, ARGUMENTS = 500, 600, 250, 60, 25, 6
TEMPLATE, STATIC = 200, 250

# What is larger than its gate for a reason, with the size it has: the list may only shrink.
EXCEPTIONS: dict[str, int] = {}


def over(sizes: Iterator[tuple[str, int, int]]) -> list[str]:
    return [
        f"{what}: {size}, at most {gate}" for what, size, gate in sizes if size > EXCEPTIONS.get(what, gate)
    ]


def file_sizes() -> Iterator[tuple[str, int, int]]:
    for path in source.python_files():
        yield source.relative(path), line_count(path), TEST_FILE if source.is_test(path) else CODE_FILE
    for path in source.templates():
        yield source.relative(path), line_count(path), TEMPLATE
    for path in source.our_static():
        yield source.relative(path), line_count(path), STATIC


def function_sizes() -> Iterator[tuple[str, int, int]]:
    for path in source.python_files():
        gate = VIEW if is_view(path) else FUNCTION
        for node in source.functions(path):
            yield f"{source.relative(path)}:{node.name}", source.lines(node), gate


def class_sizes() -> Iterator[tuple[str, int, int]]:
    for path in source.python_files():
        for node in ast.walk(source.parsed(path)):
            if isinstance(node, ast.ClassDef):
                yield f"{source.relative(path)}:{node.name}", source.lines(node), CLASS


def argument_counts() -> Iterator[tuple[str, int, int]]:
    for path in source.python_files():
        for node in source.functions(path):
            named = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            counted = [name for name in named if name not in {"self", "cls", "by", "at"}]
            yield f"{source.relative(path)}:{node.name} arguments", len(counted), ARGUMENTS


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def is_view(path: Path) -> bool:
    parts = path.relative_to(source.ROOT).with_suffix("").parts
    return parts[0] == "huiyin" and not source.is_test(path) and bool({"views", "api"} & set(parts[2:]))


def test_files_stay_within_their_gates() -> None:
    source.expect_none(over(file_sizes()))


def test_functions_stay_within_their_gates() -> None:
    source.expect_none(over(function_sizes()))


def test_classes_stay_within_their_gate() -> None:
    source.expect_none(over(class_sizes()))


def test_functions_take_few_arguments() -> None:
    source.expect_none(over(argument_counts()))


def test_exceptions_are_still_needed_and_exact() -> None:
    found = [*file_sizes(), *function_sizes(), *class_sizes(), *argument_counts()]
    sizes = {what: size for what, size, gate in found if size > gate}
    source.expect_none({what: size for what, size in EXCEPTIONS.items() if sizes.get(what) != size})
