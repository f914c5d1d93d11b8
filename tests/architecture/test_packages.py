"""What we take from others: declared where it is imported, locked where it is declared, free to ship."""

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture import source

# Taken by name through another package, or by a verb in bin/; never imported by the product.
NOT_IMPORTED = {"polib", "argon2-cffi", "httptools", "uvloop", "granian", "redis", "psycopg"}

FREE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|Unlicense|0BSD|CC0|HPND|zlib|"
    r"Historical Permission|Public Domain|MIT-CMU)\b",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"\b[AL]?GPL|GNU (?:Affero|Lesser|General)|Affero", re.IGNORECASE)

# Decided one by one. psycopg: LGPL, imported unchanged as a separate library. pysqlite3: states "zlib/libpng"
# in its source only.
DECIDED = {"psycopg", "psycopg-binary", "psycopg-pool", "pysqlite3"}


def declared(*extras: str) -> list[Requirement]:
    project = source.project()["project"]
    listed = list(project["dependencies"])  # type: ignore[index]
    for extra in extras:
        listed += project["optional-dependencies"][extra]  # type: ignore[index]
    return [Requirement(line) for line in listed]


def locked(lock: str) -> dict[str, str]:
    """The packages of a lock that are meant for this interpreter, with their versions."""
    found = {}
    for line in (source.ROOT / lock).read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith(" "):
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.marker is None or requirement.marker.evaluate():
                found[canonicalize_name(requirement.name)] = next(iter(requirement.specifier)).version
    return found


def licence(name: str) -> str:
    """Everything that a package says about its licence, in one line."""
    data = importlib.metadata.metadata(name)
    classifiers = [line for line in data.get_all("Classifier") or [] if line.startswith("License")]
    stated = (data.get("License") or "").strip().splitlines()[:1]
    return " ".join([data.get("License-Expression") or "", *stated, *classifiers])


def imported(path: Path) -> set[str]:
    """The top modules that a file imports."""
    return {name.split(".")[0] for name, _ in source.imports(path)}


def named(path: Path) -> set[str]:
    """The top modules that settings name in a string."""
    constants = (node.value for node in ast.walk(source.parsed(path)) if isinstance(node, ast.Constant))
    return {text.split(".")[0] for text in constants if isinstance(text, str)}


def distributions(modules: Iterable[tuple[Path, set[str]]]) -> dict[str, str]:
    """The packages that these modules come from, each with one file that uses it."""
    owners = importlib.metadata.packages_distributions()
    return {
        canonicalize_name(owners[top][0]): source.relative(path)
        for path, tops in modules
        for top in tops - sys.stdlib_module_names
        if top in owners
    }


def third_party_imports() -> dict[str, str]:
    product = [path for path in source.python_files("huiyin", "config") if not source.is_test(path)]
    return distributions((path, imported(path)) for path in product)


def test_imported_packages_are_declared() -> None:
    names = {canonicalize_name(requirement.name) for requirement in declared("scale", "onnx")}
    source.expect_none({name: where for name, where in third_party_imports().items() if name not in names})


def test_declared_packages_are_used() -> None:
    in_settings = distributions((path, named(path)) for path in source.python_files("config"))
    used = {*third_party_imports(), *in_settings, *NOT_IMPORTED}
    source.expect_none([r.name for r in declared("scale", "onnx") if canonicalize_name(r.name) not in used])


def test_locks_satisfy_what_is_declared() -> None:
    locks = {
        "requirements.lock": (),
        "requirements-scale.lock": ("scale",),
        "requirements-onnx.lock": ("onnx",),
        "requirements-dev.lock": ("scale", "onnx", "dev"),
    }
    faults = []
    for lock, extras in locks.items():
        versions = locked(lock)
        for requirement in declared(*extras):
            version = versions.get(canonicalize_name(requirement.name))
            wanted = requirement.marker is None or requirement.marker.evaluate()
            if wanted and (version is None or version not in requirement.specifier):
                faults.append(f"{lock}: {requirement} is locked as {version}; run bin/vendor locks")
    source.expect_none(faults)


def test_locks_agree_on_versions() -> None:
    whole = locked("requirements-dev.lock")
    names = ("requirements.lock", "requirements-scale.lock", "requirements-onnx.lock")
    smaller = {name: version for lock in names for name, version in locked(lock).items()}
    source.expect_none({name: version for name, version in smaller.items() if whole.get(name) != version})


def test_locks_name_no_host() -> None:
    hosts = [lock for lock in sorted(Path(source.ROOT).glob("*.lock")) if "://" in lock.read_text()]
    source.expect_none(hosts)


def test_packages_are_free_to_ship() -> None:
    stated = {name: licence(name) for name in locked("requirements-dev.lock") if name not in DECIDED}
    faults = {n: text for n, text in stated.items() if COPYLEFT.search(text) or not FREE.search(text)}
    source.expect_none(faults)
