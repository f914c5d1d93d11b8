"""Which language a text is written in: by script first, by everyday words among the Latin-written ones."""

import re
import unicodedata

from huiyin.language.verdicts import Evidence, Verdict

MODEL = "script-1"
_SAMPLE = 1200
_SCRIPTS = (
    ("zh", re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")),
    ("ja", re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d]")),
    ("ko", re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff\u0750-\u077f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("latin", re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]", re.IGNORECASE)),
)
# A Chinese character carries about as much as this many Latin letters: "请检查 invoice 20240611" is Chinese.
_CJK_WEIGHT = 3.0
_EVERYDAY = {
    "en": "the a an is are was to of and in it i my you your for on not can how have has this that with do",
    "es": "el la los las un una de que y en es no por con para mi se lo como está pero muy hola gracias",
    "fr": "le la les un une de des et est je ne pas que pour mon ma vous avec dans sur ce bonjour merci il",
    "de": "der die das ein eine und ist ich nicht mein meine sie es zu mit auf für wie kann bitte danke von",
    "pt": "o os um uma de que e em não é por com para meu minha se como está mas muito olá obrigado você",
    "it": "il lo la i gli un una di che e è non per con mio mia come sono ma molto ciao grazie ho del",
    "nl": "de het een en is ik niet mijn van op met voor dat u je hoe kan dit zijn maar bedankt",
    "vi": "là và của tôi không có cho được với này một các bạn đã khi",
    "id": "dan yang di saya tidak ini itu untuk dengan ada bisa anda dari ke sudah apa",
}
_WORDS = {language: frozenset(words.split()) for language, words in _EVERYDAY.items()}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NO_WORDS = "und"


def language(text: str) -> Verdict:
    """The main language as a BCP 47 tag; `und` when there is nothing to read (digits, emoji, nothing)."""
    sample = unicodedata.normalize("NFC", text[:_SAMPLE])
    if sample.isascii():
        return _latin(sample) if any(map(str.isalpha, sample)) else _nothing()
    weights = {name: float(len(pattern.findall(sample))) for name, pattern in _SCRIPTS}
    weights["zh"] *= _CJK_WEIGHT
    weights["ja"] *= _CJK_WEIGHT
    if weights["ja"] and weights["ja"] * 5 >= weights["zh"]:
        weights["ja"] += weights.pop("zh")
    total = sum(weights.values())
    if not total:
        return _nothing()
    ranked = sorted(((weight / total, name) for name, weight in weights.items() if weight), reverse=True)
    if ranked[0][1] == "latin":
        return _latin(sample, share=ranked[0][0])
    others = tuple((name, round(share, 3)) for share, name in ranked[1:3] if name != "latin")
    return _verdict(ranked[0][1], ranked[0][0], others, "script")


def _latin(sample: str, share: float = 1.0) -> Verdict:
    words = [word.lower() for word in _WORD.findall(sample)]
    counts = {name: sum(word in known for word in words) for name, known in _WORDS.items()}
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    best, count = ranked[0]
    # A bare word or two ("login failed") says nothing against English, the commonest of them.
    if count == 0 or counts["en"] == count:
        return _verdict(
            "en", share * (0.55 if count == 0 else 0.95), (), "letters" if count == 0 else "everyday words"
        )
    runner, second = ranked[1]
    confidence = share * count / (count + second)
    others = ((runner, round(share * second / (count + second), 3)),) if second else ()
    return _verdict(best, confidence, others, "everyday words")


def _verdict(label: str, confidence: float, others: tuple[tuple[str, float], ...], rule: str) -> Verdict:
    return Verdict(label, round(min(confidence, 0.99), 3), (Evidence("rule", rule),), MODEL, others)


def _nothing() -> Verdict:
    return Verdict(_NO_WORDS, 0.5, (Evidence("rule", "no letters"),), MODEL)
