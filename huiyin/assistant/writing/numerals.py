"""Numbers in a text, however they are written: 30, ３０, 3,000, 三十天, 两个月, three days, 1.5 万."""

import re
import unicodedata

_DIGITS = {each: value for value, each in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_ARABIC = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([万亿千百])?")
# Chinese numerals count only before a unit: 一 in 一起 or 统一 is no number.
_CHINESE = re.compile(
    r"([零〇一二三四五六七八九十百千万亿两]+)(?=\s*(?:个?(?:工作日|自然日|小时|月|季度|星期|周)|天|日|分钟|分|秒|年|元|块|角|次|倍|折|成|位|条|张|笔|步|%|％|号))"
)
_SMALL = (
    *(
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_ENGLISH = {word: value for value, word in enumerate(_SMALL)} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "hundred": 100,
    "thousand": 1000,
}
# As with Chinese: "one" alone is a pronoun, "one day" is a number.
_WORDED = re.compile(
    rf"\b({'|'.join(_ENGLISH)})\b(?=[\s-]+(?:(?:business|working|calendar)\s+)?"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times|percent|yuan|dollars?|steps?))",
    re.IGNORECASE,
)


def numbers(text: str) -> set[float]:
    """Every number in the text, by its value."""
    folded = unicodedata.normalize("NFKC", text)
    arabic = {_arabic(digits, unit) for digits, unit in _ARABIC.findall(folded)}
    chinese = {float(chinese_value(found)) for found in _CHINESE.findall(_ARABIC.sub(" ", folded))}
    worded = {float(_ENGLISH[word.lower()]) for word in _WORDED.findall(folded)}
    return arabic | chinese | worded


def chinese_value(numeral: str) -> int:
    """三十 is 30, 一百零五 is 105, 两千万 is 20,000,000, 二〇二六 is 2026."""
    if not set(numeral) & (_PLACES.keys() | _LARGE.keys()):
        return int("".join(str(_DIGITS[each]) for each in numeral))
    total = section = digit = 0
    for each in numeral:
        if each in _DIGITS:
            digit = _DIGITS[each]
        elif each in _PLACES:
            section += (digit or 1) * _PLACES[each]
            digit = 0
        else:
            total += (section + digit or 1) * _LARGE[each]
            section = digit = 0
    return total + section + digit


def _arabic(digits: str, unit: str) -> float:
    scale = {**_PLACES, **_LARGE}.get(unit, 1)
    return float(digits.replace(",", "")) * scale
