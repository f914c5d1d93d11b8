"""Facts told by the help centre. The subject is the article's id."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True, kw_only=True)
class ArticleEvent(Event):
    subject_kind: ClassVar[str] = "article"


@dataclass(frozen=True, kw_only=True)
class ArticleWritten(ArticleEvent):
    """A variant has a new revision; readers do not see it before it is published."""

    name: ClassVar[str] = "article.written"
    lang: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ArticleDescribed(ArticleEvent):
    """Category, product, visibility, owner or review date changed."""

    name: ClassVar[str] = "article.described"
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ArticleSubmitted(ArticleEvent):
    """The author asks for a second look."""

    name: ClassVar[str] = "article.submitted"
    review: str


@dataclass(frozen=True, kw_only=True)
class ArticleReturned(ArticleEvent):
    """The second look found something to mend; the review says what."""

    name: ClassVar[str] = "article.returned"
    review: str


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(ArticleEvent):
    """Readers see these revisions now; the two lists run side by side. Nobody but the author looked at an own word."""

    name: ClassVar[str] = "article.published"
    langs: list[str]
    numbers: list[int]
    is_own_word: bool = False


@dataclass(frozen=True, kw_only=True)
class ArticleDue(ArticleEvent):
    """The day has come on which its owner wanted to look at it again."""

    name: ClassVar[str] = "article.due"
    owner: str
    review_at: str


@dataclass(frozen=True, kw_only=True)
class ArticleArchived(ArticleEvent):
    name: ClassVar[str] = "article.archived"


@dataclass(frozen=True, kw_only=True)
class ArticleVoted(ArticleEvent):
    name: ClassVar[str] = "article.voted"
    lang: str
    helpful: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ArticleSolved(ArticleEvent):
    """A reader at the request form said that this article was the answer; no request was sent."""

    name: ClassVar[str] = "article.solved"
    session: str


@dataclass(frozen=True, kw_only=True)
class ShelfChanged(Event):
    """A category was opened, renamed, moved or closed. The subject is its id."""

    name: ClassVar[str] = "shelf.changed"
    subject_kind: ClassVar[str] = "shelf"
    key: str


@dataclass(frozen=True, kw_only=True)
class GapDecided(Event):
    """Somebody said what becomes of a gap: an article was begun, none is needed, or it is open again."""

    name: ClassVar[str] = "gap.decided"
    subject_kind: ClassVar[str] = "gap"
    status: str
    article: str = ""
