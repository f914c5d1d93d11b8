"""Words and characters of a text: jieba's words, their parts for search, character pairs where words fail."""

import re
import threading
from collections.abc import Iterable
from functools import cache
from typing import Any

from huiyin.language.normalise import fold

_READ_LIMIT = 20_000
_USEFUL = re.compile(r"\w", re.UNICODE)
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_tenant_words = threading.Lock()


def words(text: str) -> list[str]:
    """The words in order, punctuation left out, folded (width, case, simplified)."""
    return [word for word in _jieba().cut(fold(text[:_READ_LIMIT])) if _USEFUL.search(word)]


def search_tokens(text: str) -> list[str]:
    """Words and the shorter words inside them, for an index: 北京大学 gives 北京, 大学, 北京大学."""
    return [word for word in _jieba().cut_for_search(fold(text[:_READ_LIMIT])) if _USEFUL.search(word)]


def character_pairs(text: str) -> list[str]:
    """Every pair of neighbouring Chinese characters; a lone character stands for itself."""
    pairs: list[str] = []
    for run in _CJK.findall(fold(text[:_READ_LIMIT])):
        pairs += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
    return pairs


def teach(names: Iterable[str]) -> None:
    """Make names (products, features) single words for this process."""
    with _tenant_words:
        for name in sorted({fold(name).strip() for name in names} - {""}):
            _jieba().add_word(name, None, None)


@cache
def _jieba() -> Any:
    """Loaded at first use: its dictionary takes a third of a second, which most processes never need."""
    import rjieba

    return rjieba
