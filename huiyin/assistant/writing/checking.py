"""What of a model's answer may be believed: nothing that the cited passages do not say.

Each sentence stands on passages that were shown; its links, addresses, numbers and placeholders occur in them, most
of its words do too, and it promises nothing. One sentence that fails spoils the answer: a half is not shown.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec

from huiyin.assistant.writing import cleaning, numerals
from huiyin.assistant.writing.passages import Passage, Rejected, Written
from huiyin.assistant.writing.prompt import LONGEST, MOST_SENTENCES

SUPPORT = (
    0.45  # the share of a sentence's words that its passages have; paraphrases of ours keep 0.6 and more
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s\"'<>，。；！？、（）()]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)
_DOMAIN = re.compile(
    r"\b(?:[a-z0-9-]+\.)+(?:com|cn|net|org|io|app|top|xyz|info|cc|me|ly|link|site|vip)\b", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"<[A-Z]+_\d+>")
_MARKUP = re.compile(
    r"<(?!(?:[A-Z]+_\d+)>)|\]\(|!\[|^#{1,6} |```|\bjavascript:", re.IGNORECASE | re.MULTILINE
)
_PROMISE = re.compile(
    r"(?:我们?|本(?:助手|系统))?(?:已经?|会|将|马上|立即|稍后)(?:为|给|帮)您|我(?:们)?(?:已经?|会|将|保证|承诺)"
    r"|\b(?:I|we)(?:'ve| have|'ll| will| can| am| are|'m|'re) (?!not\b)\w+",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[a-z][a-z'-]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_EMPTY = re.compile(
    r"如果|还没有?|没有|可以|需要|即可|以及|或者|然后|此外|同时|因此|所以|这个|那个|进行|通过|一般|已经|您|你|我们|我|的|了|请|会|就|也"
    r"|都|是|在|后|前|吗|呢|或|和|与|并|且|及|将|把|被|其|该|等|到|从|对|为|于|则|若"
)
# English words that any sentence has, and that prove nothing.
_COMMON = frozenset(
    {
        "the",
        "and",
        "for",
        "you",
        "your",
        "are",
        "can",
        "this",
        "that",
        "with",
        "from",
        "will",
        "have",
        "has",
        "not",
    }
    | {
        "but",
        "any",
        "all",
        "our",
        "its",
        "it's",
        "please",
        "then",
        "when",
        "into",
        "out",
        "was",
        "were",
        "them",
    }
    | {"they", "their", "there", "here", "been", "more", "than", "also", "may"}
)


class _Sentence(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]
    passages: Annotated[list[str], msgspec.Meta(min_length=1, max_length=20)]


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    found: bool
    sentences: Annotated[list[_Sentence], msgspec.Meta(max_length=MOST_SENTENCES)]


def checked(raw: str, passages: Mapping[str, Passage], *, asked: str) -> Written:
    """The answer as text with its articles. Raises Rejected with the first reason found."""
    try:
        answer = msgspec.json.decode(raw, type=_Answer)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as problem:
        raise Rejected("schema") from problem
    if not answer.found or not answer.sentences:
        raise Rejected("not_found")
    for sentence in answer.sentences:
        _check(sentence, passages, asked)
    cited = dict.fromkeys(id for sentence in answer.sentences for id in sentence.passages)
    keys = dict.fromkeys(passages[id].key for id in cited)
    return Written(_joined([sentence.text.strip() for sentence in answer.sentences]), tuple(keys))


def _check(sentence: _Sentence, passages: Mapping[str, Passage], asked: str) -> None:
    if not set(sentence.passages) <= set(passages):
        raise Rejected("unknown_passage")
    text = sentence.text
    source = "\n".join(passages[id].whole for id in sentence.passages)
    if cleaning.visible(text) != text:
        raise Rejected("hidden")
    if _MARKUP.search(text):
        raise Rejected("markup")
    if not set(_PLACEHOLDER.findall(text)) <= set(_PLACEHOLDER.findall(source + asked)):
        raise Rejected("placeholder")
    if not _links(text) <= _links(source):
        raise Rejected("link")
    bare, source_bare = _PLACEHOLDER.sub(" ", text), _PLACEHOLDER.sub(" ", source)
    if not numerals.numbers(bare) <= numerals.numbers(source_bare):
        raise Rejected("number")
    if any(found not in source for found in _promises(text)):
        raise Rejected("promise")
    if _support(bare, source_bare) < SUPPORT:
        raise Rejected("unsupported")


def _links(text: str) -> set[str]:
    folded = unicodedata.normalize("NFKC", text).lower()
    whole = {link.rstrip(".,;:!?") for link in _LINK.findall(folded)}
    return whole | set(_DOMAIN.findall(folded)) | {found[0] for found in _DOMAIN.finditer(folded)}


def _promises(text: str) -> Iterator[str]:
    return (found[0] for found in _PROMISE.finditer(text))


def _support(text: str, source: str) -> float:
    """The share of the sentence's words (pairs of Chinese characters, longer English words) that the source has.

    Words that join others are left out on both sides, so that a paraphrase is measured by what it is about.
    """
    said = set(_words(text))
    return len(said & set(_words(source))) / len(said) if said else 1.0


def _words(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", text).lower()
    for run in _HAN.findall(_EMPTY.sub(" ", folded)):
        yield from (run[at : at + 2] for at in range(len(run) - 1))
    yield from (_stem(word) for word in _LATIN.findall(folded) if word not in _COMMON)


def _stem(word: str) -> str:
    """Endings off, so that "refunds" and "refunded" meet."""
    return re.sub(r"(?:ing|ed|es|s|ly)$", "", word) if len(word) > 4 else word


def _joined(sentences: list[str]) -> str:
    """Chinese sentences stand side by side, others with a space between."""
    text = ""
    for sentence in sentences:
        gap = "" if not text or _HAN.search(text[-2:] + sentence[:1]) or text[-1] in "。！？；：" else " "
        text += gap + sentence
    return text
