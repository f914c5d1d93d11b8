"""Numbers that name a person: identity, card, phone, passport, company, plate, QQ, network address."""

import ipaddress
import re
from collections.abc import Callable, Iterator

import phonenumbers

from huiyin.language.pii import checks
from huiyin.language.pii.spans import Span
from huiyin.language.pii.view import SEPARATOR

S = rf"{SEPARATOR}{{0,3}}"
LEFT, RIGHT = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
ID18 = re.compile(rf"{LEFT}[1-8](?:{S}\d){{16}}{S}[\dXx]{RIGHT}")
ID15 = re.compile(rf"{LEFT}[1-8](?:{S}\d){{14}}{RIGHT}")
HONG_KONG = re.compile(rf"{LEFT}([A-Za-z]{{1,2}})(\d{{6}})\s?\(([0-9Aa])\)")
CARD = re.compile(rf"{LEFT}[2-9](?:{S}\d){{12,18}}{RIGHT}")
MOBILE = re.compile(rf"(?<![0-9A-Za-z])(?:\(?(?:\+|00)?86\)?{S})?1{S}[3-9](?:{S}\d){{9}}(?![0-9])")
GROUPS = re.compile(r"(?:\d[\s\-]?)*$")
LANDLINE = re.compile(
    r"(?<![\dA-Za-z.-])(?:\(0[1-9]\d{1,2}\)\s?|0[1-9]\d{1,2}[\s\-–—]{0,3})[2-9]\d{2,3}[\s\-]?\d{4}"
    r"(?:\s?(?:转|ext\.?|x|-)\s?\d{1,6})?(?![\d-])"
)
ABROAD = re.compile(r"(?<![\dA-Za-z])(?:\+|00)[1-9][\d\s().\-/]{6,20}\d(?!\d)")
AMERICAN = re.compile(
    r"(?<![\d.\-])(?!400|800)(?:1[\s.\-])?(?:\([2-9]\d{2}\)\s?|[2-9]\d{2}[\s.\-])[2-9]\d{2}[\s.\-]\d{4}(?![\d-])"
)
BRITISH = re.compile(r"(?<![\d.\-])0(?:7\d{3}\s?\d{6}|7\d{3}\s\d{3}\s\d{3}|20\s\d{4}\s\d{4})(?!\d)")
SOCIAL = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
USCC = re.compile(rf"{LEFT}[1-9A-HJ-NP-Y][1-9A-HJ-NPQRTUWXY]\d{{6}}[0-9A-HJ-NPQRTUWXY]{{10}}{RIGHT}")
PASSPORT = re.compile(
    rf"{LEFT}(?:[EGDSP]\d{{8}}|E[A-HJ-NP-Z]\d{{7}}|1[45]\d{{7}}|[HMC]\d{{8,10}}){RIGHT}", re.I
)
PASSPORT_ABROAD = re.compile(rf"{LEFT}[A-Z]{{0,2}}\d{{6,9}}{RIGHT}", re.I)
PASSPORT_WORD = re.compile(r"护照|通行证|台胞证|passport|travel document", re.I)
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][\s·•.\-]?"
    r"(?:[A-HJ-NP-Za-hj-np-z0-9]{4}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳领][A-HJ-NP-Za-hj-np-z0-9]?)(?![0-9A-Za-z])"
)
QQ = re.compile(
    r"(?:QQ|扣扣|企鹅号?|Q号)(?:号码?|群)?(?:是|为|:|\s|=)*([1-9](?:[\s\-]?\d){4,10})(?!\d)", re.I
)
IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)")
IPV6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
# A number that such a word names is the company's own, whatever its digits happen to be.
ORDER = re.compile(
    r"(?:订单|流水|快递|运单|单号|物流|工单|案件|交易|发票|商品|批次|序列|设备|版本|货号|错误码|编号|order|tracking|invoice|"
    r"serial|ticket|transaction|version|imei|sku)[^，。,;；\n]{0,8}$",
    re.I,
)


def found(text: str) -> Iterator[Span]:
    """All finds, the surest kind first."""
    yield from _addresses(text)
    yield from _checked(ID18, text, "ID", checks.identity, named=True)
    yield from _checked(USCC, text, "USCC", checks.company)
    yield from (Span(*m.span(), "ID") for m in HONG_KONG.finditer(text) if checks.hong_kong(m[1], m[2], m[3]))
    yield from _checked(CARD, text, "CARD", checks.card)
    yield from _mobiles(text)
    yield from _checked(ID15, text, "ID", checks.old_identity)
    yield from _plain(SOCIAL, text, "ID")
    yield from _phones(text)
    yield from _passports(text)
    yield from _plain(PLATE, text, "PLATE")
    yield from (Span(*m.span(1), "QQ") for m in QQ.finditer(text))


def is_named_otherwise(text: str, start: int) -> bool:
    """The words before say that the number is an order's, a parcel's, a version's."""
    return ORDER.search(text[max(0, start - 16) : start]) is not None


def digits_of(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _checked(
    pattern: re.Pattern[str], text: str, label: str, fits: Callable[[str], bool], *, named: bool = False
) -> Iterator[Span]:
    for match in pattern.finditer(text):
        if fits(digits_of(match[0])) and (named or not is_named_otherwise(text, match.start())):
            yield Span(*match.span(), label)


def _plain(pattern: re.Pattern[str], text: str, label: str) -> Iterator[Span]:
    for match in pattern.finditer(text):
        if not is_named_otherwise(text, match.start()):
            yield Span(*match.span(), label)


def _mobiles(text: str) -> Iterator[Span]:
    """Eleven digits that stand alone, or behind other whole numbers; not the end of a longer one in groups."""
    for match in MOBILE.finditer(text):
        before = len(digits_of(GROUPS.search(text[max(0, match.start() - 40) : match.start()])[0]))  # type: ignore[index]
        if before % 11 in {0, 2} and not is_named_otherwise(text, match.start()):
            yield Span(*match.span(), "PHONE")


def _phones(text: str) -> Iterator[Span]:
    for match in ABROAD.finditer(text):
        number = re.sub(r"^00", "+", digits_of(match[0])) if match[0].startswith("00") else match[0]
        if _dialled(number):
            yield Span(*match.span(), "PHONE")
    for pattern in (LANDLINE, AMERICAN, BRITISH):
        yield from _plain(pattern, text, "PHONE")


def _dialled(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


def _passports(text: str) -> Iterator[Span]:
    """By their shape; other countries' by the word beside them."""
    for match in PASSPORT.finditer(text):
        beside = _beside(PASSPORT_WORD, text, match.span())
        if beside or (match[0][0].upper() in "EG" and not is_named_otherwise(text, match.start())):
            yield Span(*match.span(), "PASSPORT")
    for match in PASSPORT_ABROAD.finditer(text):
        if _beside(PASSPORT_WORD, text, match.span()):
            yield Span(*match.span(), "PASSPORT")


def _beside(word: re.Pattern[str], text: str, span: tuple[int, int]) -> bool:
    return word.search(text[max(0, span[0] - 14) : span[0]]) is not None


def _addresses(text: str) -> Iterator[Span]:
    for pattern in (IPV4, IPV6):
        for match in pattern.finditer(text):
            if _is_address(match[0]) and not is_named_otherwise(text, match.start()):
                yield Span(*match.span(), "IP")


def _is_address(text: str) -> bool:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (found.is_unspecified or text.startswith("127.") or text == "::1")
