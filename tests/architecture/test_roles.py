"""Inside an app every file has a role, and what a role may not do is not done in it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import source

ROLES = {
    "models", "events", "policies", "selectors", "services", "forms", "schemas",
    "views", "api", "listeners", "tasks", "urls", "apps",
}  # fmt: skip
EDGES = {"views", "api", "listeners", "tasks"}
FOLDERS = {"migrations", "tests", "management", "templates", "static", "templatetags"}

# Modules that Django loads by name from the settings; they may read their own app, and nobody imports them.
NAMED_BY_SETTINGS = {
    f"huiyin/accounts/{name}.py"
    for name in ("adapters", "backends", "borrowed", "hashers", "issuing", "middleware", "stages")
}

# Loaded when the one process that needs it starts: what a name stands for costs seconds and memory.
LOADED_LATE = {"huiyin/language/services/__init__.py": "huiyin.language.engine.Engine"}

# `core` is mechanisms, not an app of a noun: its modules are named for what they do.
SERVICE_APPS = [app for app in source.apps() if app != "core"]


def files_of(role: str) -> Iterator[Path]:
    """The files of one role over all apps: `services.py`, or everything in the package `services/`."""
    for app in source.apps():
        folder = source.APPS_ROOT / app
        yield from (p for p in [folder / f"{role}.py"] if p.is_file())
        yield from sorted((folder / role).rglob("*.py"))


def plain_modules(app: str) -> Iterator[Path]:
    """The modules of an app that have no role: pure computation, used by the roles."""
    for path in source.python_files(f"huiyin/{app}"):
        first = path.relative_to(source.APPS_ROOT / app).parts[0].removesuffix(".py")
        if first not in ROLES | FOLDERS | {"__init__"} and source.relative(path) not in NAMED_BY_SETTINGS:
            yield path


def choices(app: str) -> set[str]:
    """The enumerations of an app's tables, which any module of the app may speak of."""
    return {
        node.name
        for path in source.python_files(f"huiyin/{app}")
        for node in ast.walk(source.parsed(path))
        if isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases)
    }


def imported(path: Path) -> list[str]:
    return [name for name, _ in source.imports(path)]


def called(path: Path) -> Iterator[ast.Attribute]:
    for node in ast.walk(source.parsed(path)):
        if isinstance(node, ast.Attribute):
            yield node


def test_modules_without_a_role_know_no_role_of_their_app() -> None:
    faults = [
        f"{source.relative(path)} imports {name}"
        for app in SERVICE_APPS
        for path in plain_modules(app)
        for name in imported(path)
        if name.startswith(f"huiyin.{app}.") and name.split(".")[2] in ROLES
        if name.split(".")[-1] not in choices(app)
    ]
    source.expect_none(faults)


def test_services_never_see_a_request() -> None:
    files = [*files_of("services"), *files_of("selectors"), *files_of("policies"), *files_of("models")]
    faults = [
        f"{source.relative(path)} imports {name}"
        for path in files
        for name in imported(path)
        if name.startswith(("django.http", "django.shortcuts", "ninja"))
    ]
    source.expect_none(faults)


def test_views_read_through_selectors_and_write_through_services() -> None:
    faults = [
        f"{source.relative(path)}:{node.lineno} uses .{node.attr}"
        for role in ("views", "api")
        for path in files_of(role)
        for node in called(path)
        if node.attr in {"objects", "save", "bulk_create"} and "core" not in path.parts
    ]
    source.expect_none(faults)


def test_nothing_listens_to_django_signals() -> None:
    banned = ("django.dispatch", "django.db.models.signals", "django.contrib.auth.signals")
    faults = [
        f"{source.relative(path)} imports {name}"
        for path in source.python_files("huiyin")
        for name in imported(path)
        if name.startswith(banned) and not source.is_test(path)
    ]
    source.expect_none(faults)


def test_no_import_hides_inside_a_function() -> None:
    """A late import of our own code is a wrong arrow; apps.py and commands load late by design."""
    faults = [
        f"{source.relative(path)} imports {name} late"
        for app in SERVICE_APPS
        for path in source.python_files(f"huiyin/{app}")
        for name, late in source.imports(path)
        if late and name.startswith("huiyin.") and not source.is_test(path) and path.name != "apps.py"
        if "management" not in path.parts and LOADED_LATE.get(source.relative(path)) != name
    ]
    source.expect_none(faults)


def test_every_app_opens_with_its_guide() -> None:
    heads = {
        app: ast.get_docstring(source.parsed(source.APPS_ROOT / app / "__init__.py")) for app in source.apps()
    }
    source.expect_none([app for app, head in heads.items() if not head or len(head.splitlines()) < 3])
