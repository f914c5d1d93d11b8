"""How close a free text is to an article: shared words, characters and pairs that carry meaning, 0 to 1."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from math import sqrt

from huiyin.core.search.text import fold, is_cjk, tokens

LONGEST = 200  # tokens; a question says what it is about at its beginning
LONGEST_BODY = 6_000
# Pairs made of these alone say nothing about the topic (怎么, 这个); one of them halves a pair's weight.
FUNCTION_CHARACTERS = frozenset(
    "的了吗呢吧啊呀哦嗯我你您他她它们这那个是在有和与就都也还又很太再才被把让"
    "给对从到为以及或但而所不没无要会能可得着过怎么什样请问一下如何想知道谁哪"
    "几多少些点呗喂好已经现做用上里时候后前说看直之"
)
FUNCTION_WORDS = frozenset(
    """a an the i you we they it my your our is are was be been am do does did can could will would should may
    not no to of in on at for with from by and or but if so how what why when where which who this that these
    those me us have has had get got please help there here just still any some as up out about after into
    then than""".split()  # noqa: SIM905 - a list of eighty strings reads worse
)
WORD, PAIR, HALF_PAIR, SINGLE = 1.5, 1.0, 0.5, 0.3
PHRASINGS, BODY = 0.8, 0.2

Weights = Mapping[str, float]


@lru_cache(maxsize=4096)  # titles and questions come again with every search
def meaning(text: str) -> Weights:
    """What a text is about: its words, its CJK characters and their pairs, each with its weight."""
    words = tokens(text)[:LONGEST]
    found: dict[str, float] = {}
    for word in words:
        if is_cjk(word) and word not in FUNCTION_CHARACTERS:
            found[word] = SINGLE
        elif not is_cjk(word) and word not in FUNCTION_WORDS:
            found[_stem(word)] = WORD
    for first, second in pairwise(words):
        functions = (first in FUNCTION_CHARACTERS) + (second in FUNCTION_CHARACTERS)
        if is_cjk(first) and is_cjk(second) and functions < 2:
            found[first + second] = HALF_PAIR if functions else PAIR
    return found


def closeness(asked: Weights, phrasings: Iterable[str], body: str) -> float:
    """`asked` is the `meaning` of the asker's text; the nearest of title and known questions counts most."""
    if not asked:
        return 0.0
    best = max((_cosine(asked, meaning(phrasing)) for phrasing in phrasings), default=0.0)
    told = fold(body[:LONGEST_BODY])
    covered = sum(weight for gram, weight in asked.items() if gram in told) / sum(asked.values())
    return PHRASINGS * best + BODY * covered


def _cosine(first: Weights, second: Weights) -> float:
    shared = sum(weight * second[gram] for gram, weight in first.items() if gram in second)
    return shared / sqrt(_square(first) * _square(second)) if shared else 0.0


def _square(weights: Weights) -> float:
    return sum(weight * weight for weight in weights.values())


def _stem(word: str) -> str:
    """Plural and past forms meet their stem; nothing finer, since all sides are cut alike."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
