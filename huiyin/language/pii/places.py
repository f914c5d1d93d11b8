"""Postal addresses: a chain of known divisions, then streets, houses and rooms; and the English form."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from huiyin.language.pii.spans import Span

HAN = r"[\u4e00-\u9fff]"
NUMBER = (
    r"(?:[A-Za-z]?\d{1,5}(?:-\d{1,4}){0,3}[A-Za-z]?|[一二三四五六七八九十百]{1,4}|[A-Za-z甲乙丙丁东西南北])"
)
ROAD = (
    rf"(?:(?!{NUMBER}号|[的在离除等从为是]){HAN}|[A-Za-z0-9]){{1,12}}?(?:街道|大街|大道|公路|路|街|巷|弄|胡同|里弄|村委会|村|镇|乡|道|社区|小区|花园|新村|家园|公寓|"
    r"大厦|广场|大楼|中心|商城|工业园|科技园|产业园|园区|大学|学院|中学|医院|苑|庭|湾|府|园|城|庄)(?![路街巷道弄])"
)
HOUSE = rf"\s?{NUMBER}\s?(?:号院|号楼|号|弄|栋|幢|座|单元|门|室|层|楼|房|户|组|队|期|区|#)"
TAIL = re.compile(
    rf"(?:\s?{ROAD})*(?:{HOUSE}(?:\s?{ROAD})?)*(?:\s?\d{{2,5}}(?:-\d{{1,4}})?(?:室|房)?(?!\d|[年月日元块点:]))?"
)
HOUSED = re.compile(HOUSE)
ESTATE = re.compile(r"[区县市](?:(?![的在离除等从为是]).){2,12}(?:小区|花园|新村|家园|公寓|大厦|苑|广场)")
ALONE = re.compile(rf"({HAN}{{2,5}}?(?:路|大街|街|大道|巷|弄|胡同)){HOUSE}(?:{HOUSE})*(?:\s?\d{{3,4}}室?)?")
LEAD = re.compile(
    rf"^{HAN}*?(?:地址(?:是|在|为|改成|改为|换成)?|收货|我家?住?在|住在|家在|寄到|送到|发到|改成|改为|位于|在|到|是|住|寄|送|往|至)"
)
ENGLISH = re.compile(
    r"(?<![\w#])(?:(?:apt|apartment|flat|unit|suite|room)\.?\s?#?\w{1,5},?\s)?\d{1,5}[A-Z]?\s(?:[NSEW]\.?\s)?"
    r"(?:[A-Z0-9][\w'.]*\s){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Way|"
    r"Square|Sq|Terrace|Parkway|Pkwy|Highway|Hwy|Crescent|Close)\b\.?"
    r"(?:,?\s(?:apt|apartment|unit|suite|ste|floor|fl|room|#)\.?\s?#?\w{1,5})?"
    r"(?:,\s[A-Z][\w' ]{2,24})?(?:,\s?(?:[A-Z]{2}|[A-Z][\w ]{3,20}))?"
    r"(?:\s\d{5}(?:-\d{4})?|,?\s[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})?",
    re.I,
)


@lru_cache(maxsize=1)
def _divisions() -> dict[str, list[str]]:
    """Names of provinces, cities and counties by their first two characters, longest first."""
    known: dict[str, list[str]] = defaultdict(list)
    for name in Path(__file__).with_name("divisions.txt").read_text(encoding="utf-8").split():
        known[name[:2]].append(name)
    return {head: sorted(names, key=len, reverse=True) for head, names in known.items()}


def addresses(text: str) -> Iterator[Span]:
    yield from _chinese(text)
    for match in ENGLISH.finditer(text):
        yield Span(*match.span(), "ADDRESS")
    for match in ALONE.finditer(text):
        lead = LEAD.match(match[1])
        if not lead or len(match[1]) - lead.end() >= 2:
            yield Span(match.start() + (lead.end() if lead else 0), match.end(), "ADDRESS")


def _chinese(text: str) -> Iterator[Span]:
    at = 0
    while at < len(text) - 1:
        end = _chain(text, at)
        if end == at:
            at += 1
            continue
        detail = TAIL.match(text, end)
        stop = detail.end() if detail else end
        if detail and stop > end and (HOUSED.search(text, end, stop) or ESTATE.search(text, end - 1, stop)):
            yield Span(at, at + len(text[at:stop].rstrip()), "ADDRESS")
        at = max(stop, at + 1)


def _chain(text: str, at: int) -> int:
    """Where the divisions that begin here end: province, city, county, in any number."""
    known, end = _divisions(), at
    while names := known.get(text[end : end + 2]):
        # Behind a first name only whole ones count: 中山 behind 东乡区 is a street's name.
        whole = names if end == at else [name for name in names if name[-1] in "省市区县旗州盟"]
        name = next((name for name in whole if text.startswith(name, end)), "")
        if not name:
            break
        end += len(name)
        # Short names may carry the word that makes them long: 北京市, 绥化市.
        end += text.startswith(("市", "省"), end)
        end += text.startswith(" ", end) and text[end + 1 : end + 3] in known
    return end
