"""Keys of peers that lay in their source, and files that everybody could read."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import source

pytestmark = [pytest.mark.dry, pytest.mark.slow]


def opened(folder: Path) -> Path:
    """A house of its own, as far as a command that looks into its database makes one; answers its data folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    environment = {**clean, "HUIYIN_DATA": str(folder / "var")}
    command = [sys.executable, "-m", "huiyin", "showmigrations", "core"]
    os.umask(0)
    try:
        subprocess.run(
            command, cwd=source.ROOT, env=environment, check=True, capture_output=True, timeout=300
        )
    finally:
        os.umask(0o022)
    return folder / "var"


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [opened(tmp_path_factory.mktemp(name)) for name in ("one", "other")]


def secret_files(house: Path) -> list[Path]:
    return sorted(
        path for path in house.rglob("*") if path.is_file() and path.suffix not in {".lock", ".log"}
    )


def test_p11_key_of_two_houses_then_never_the_same(houses: list[Path]) -> None:
    first, second = ({p.relative_to(h): p.read_bytes() for p in secret_files(h)} for h in houses)
    keys = [name for name in first if "key" in name.name or "secret" in name.name]
    assert Path("secret.json") in keys
    source.expect_none([name for name in keys if first[name] == second[name]])


def test_p24_key_file_and_its_folder_then_for_us_alone(houses: list[Path]) -> None:
    """Whatever the shell's mask is, which here lets everybody do everything."""
    house = houses[0]
    assert (house / "huiyin.sqlite3").is_file()
    wide = [
        f"{path.relative_to(house)}: {stat.S_IMODE(path.stat().st_mode):o}"
        for path in [house, *house.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    source.expect_none(wide)
