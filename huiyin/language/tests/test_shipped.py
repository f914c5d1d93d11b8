"""Data files that ship: each stands in the list with its origin and licence, and nothing fitted stands beside them."""

import re

from huiyin.language.normalise import PACKS

APP = PACKS.parent
FREE = {"Apache-2.0", "Unicode-3.0", "WTFPL", "CC0", "MIT", "CC-BY-4.0"}
ROW = re.compile(
    r"^\| `(?P<file>[^`]+)` \| [^|]+ \| (?P<origin>[^|]+), (?P<licence>[\w.-]+) \|$", re.MULTILINE
)
FITTED = {".npz", ".npy", ".pkl", ".joblib", ".bin", ".onnx", ".pt", ".model"}


def listed() -> dict[str, str]:
    text = (PACKS / "README.md").read_text(encoding="utf-8")
    return {match["file"]: match["licence"] for match in ROW.finditer(text)}


def shipped() -> set[str]:
    files = [*PACKS.glob("*.json"), *PACKS.glob("*.txt")]
    return {file.name for file in files} | {"../pii/divisions.txt"}


def test_shipped_data_is_listed_with_a_free_licence() -> None:
    assert set(listed()) == shipped()
    assert set(listed().values()) <= FREE


def test_no_fitted_weights_ship() -> None:
    found = [file for file in APP.rglob("*") if file.suffix in FITTED and "__pycache__" not in file.parts]
    assert found == []


def test_no_other_data_ships_unlisted() -> None:
    kinds = {".json", ".txt", ".csv", ".jsonl"}
    found = {file for file in APP.rglob("*") if file.suffix in kinds and "tests" not in file.parts}
    assert {file.resolve() for file in found} == {(PACKS / name).resolve() for name in listed()}
