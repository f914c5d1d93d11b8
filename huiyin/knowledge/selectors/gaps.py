"""The gaps of the help centre, as editors see them: what is asked, how often, and what was sought in vain."""

from dataclasses import dataclass
from uuid import UUID

from huiyin.core.errors import NotFound
from huiyin.core.persons import ERASED
from huiyin.knowledge.models import Gap, SearchMiss
from huiyin.language import pii
from huiyin.voices.models import Voice

SHOWN_GAPS, SHOWN_VOICES, SHOWN_MISSES = 50, 4, 30
LONGEST_SHOWN = 160


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap with some of its questions, the most central first, personal data hidden."""

    gap: Gap
    questions: list[str]

    @property
    def title(self) -> str:
        return self.questions[0] if self.questions else ""


def gaps(*, status: str = Gap.Status.OPEN) -> list[GapRow]:
    """The most frequent first; one whose users are all erased is left out. Two queries."""
    rows = list(
        Gap.objects.filter(status=status).select_related("article").order_by("-size", "id")[:SHOWN_GAPS]
    )
    wanted = {key for gap in rows for key in gap.voices[:SHOWN_VOICES]}
    voices = Voice.objects.filter(id__in=wanted).exclude(text=ERASED)
    texts = {str(key): _shown(text) for key, text in voices.values_list("id", "text")}
    told = [GapRow(gap, _distinct(gap, texts)) for gap in rows]
    return [row for row in told if row.questions]


def gap_of(key: UUID) -> GapRow:
    """One gap; NotFound when it is gone."""
    gap = Gap.objects.select_related("article").filter(id=key).first()
    if gap is None:
        raise NotFound("gap_absent", "")
    voices = Voice.objects.filter(id__in=gap.voices).exclude(text=ERASED)
    texts = {str(each): _shown(text) for each, text in voices.values_list("id", "text")}
    return GapRow(gap, _distinct(gap, texts))


def misses() -> list[SearchMiss]:
    """What was sought in vain, most often first."""
    return list(SearchMiss.objects.order_by("-count", "-last_at")[:SHOWN_MISSES])


def _distinct(gap: Gap, texts: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(texts[key] for key in gap.voices if key in texts))


def _shown(text: str) -> str:
    """The first sentence or two, on one line."""
    line = " ".join(pii.masked(text).split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN].rstrip()}…"
