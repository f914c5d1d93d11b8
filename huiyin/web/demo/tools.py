"""What the agents of the demo company keep at hand: scripts and macros for everybody."""

import tomllib

from huiyin.cases import services as cases
from huiyin.cases.services import Reach, ScriptWords
from huiyin.core.actors import SYSTEM
from huiyin.web.demo import content


def fill() -> None:
    """Keep them by the real services, which check every variable."""
    words = tomllib.loads((content.FOLDER / "tools.toml").read_text(encoding="utf-8"))
    for row in words["scripts"]:
        script = ScriptWords(row["shortcut"], row["title"], row["zh"], row["en"])
        cases.keep_script(None, script, reach=Reach(), by=SYSTEM)
    for row in words["macros"]:
        cases.keep_macro(None, name=row["name"], actions=row["actions"], reach=Reach(), by=SYSTEM)
