"""What goes to the model and what comes back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Passage:
    """A part of an article. `key` names the article, `url` is where a reader finds it."""

    key: str
    title: str
    text: str
    url: str = ""

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}\n{self.url}"


@dataclass(frozen=True)
class Written:
    """An answer that passed every check, and the articles that it stands on, most important first."""

    text: str
    cites: tuple[str, ...]


class Rejected(Exception):
    """The model's answer is not shown. `reason` is a stable word for figures and logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
