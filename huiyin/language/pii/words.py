"""What is written in letters: addresses of mail, names of other services, secrets that were pasted."""

import re
from collections.abc import Iterator

from huiyin.language.pii.spans import Span

AT = r"(?:\s?@\s?|\s?[\[({<]\s?(?:at|a|@|艾特|圈a)\s?[\])}>]\s?|\s+at\s+|\s?(?:艾特|圈a|小老鼠)\s?|#)"
DOT = r"(?:\s?\.\s?|\s?[\[({<]\s?(?:dot|\.|点)\s?[\])}>]\s?|\s+dot\s+|\s?点\s?)"
TOP = r"(?:com|cn|net|org|edu|gov|io|me|co|info|top|xyz|cc|hk|tw|uk|de|jp|fr|vip|tech|app|dev|test|example)"
EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]*[\w+%-]@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.A)
HIDDEN_EMAIL = re.compile(
    rf"(?<![A-Za-z0-9._+%-])[A-Za-z0-9][A-Za-z0-9._+%-]*{AT}[A-Za-z0-9-]+(?:{DOT}[A-Za-z0-9-]+)*{DOT}{TOP}"
    rf"(?:{DOT}{TOP})?(?![A-Za-z0-9])",
    re.I,
)
WECHAT = re.compile(
    r"(?:微信|威信|薇信|微❤|加v|[vV]信|wechat|weixin|\bwx|\bvx)(?:号码?|ID|\s?id|同号)?(?:是|为|叫|:|\s|=|，)*"
    r"([A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_@-])",
    re.I,
)
VALUE = r"[^\s，。；;、,'\"“”‘’<>*（）()]"
SECRETS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", 0),
        (r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", 0),
        (r"\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,}", 0),
        (
            r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|hy_[\w-]{30,})",
            0,
        ),
        (r"\b(?:AKIA|ASIA|LTAI|AKID)[A-Za-z0-9]{12,}", 0),
        (r"\bAIza[\w-]{30,}", 0),
        (r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)", 0),
    )
)
KEY_WORD = (
    r"(?:api|secret|access)[\s_-]?key|(?:client|app)[\s_-]?secret|secret|(?:access[\s_-]?)?token|"
    r"session[\s_-]?id|cookie|密钥|令牌"
)
SPOKEN_WORD = r"password|passwd|pwd|passcode|密码|口令"
SPOKEN_SECRET = (
    rf"(?:{SPOKEN_WORD})['\"]?\s*(?:是|为|叫|:|=|is|用的是|设的是|改成了?|\s)+\s*['\"]?"
    r"((?=[!-~]*[0-9!@#$%^&_])[!-)+-~]{4,64})(?<![,.;:，。)'\"])"
)
NAMED_SECRETS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?:bearer|basic)\s+({VALUE}{{12,}})",
        rf"(?:{KEY_WORD})['\"]?\s*(?:是|为|叫|:|=|=>|is)+\s*['\"]?({VALUE}{{6,}})",
        SPOKEN_SECRET,
        r"(?:验证码|校验码|动态码|verification code|one[- ]time code|otp)\s*(?:是|为|:|=|is|\s)*(\d{4,8})(?!\d)",
        r"(?:cvv2?|cvc|安全码|pin)\s*(?:码|是|为|:|=|is|\s)*(\d{3,6})(?!\d)",
    )
)


def secrets(text: str) -> Iterator[Span]:
    for pattern in SECRETS:
        yield from (Span(*m.span(), "SECRET") for m in pattern.finditer(text))
    for pattern in NAMED_SECRETS:
        yield from (Span(*m.span(1), "SECRET") for m in pattern.finditer(text))


def mails(text: str) -> Iterator[Span]:
    for pattern in (EMAIL, HIDDEN_EMAIL):
        yield from (Span(*m.span(), "EMAIL") for m in pattern.finditer(text))


def handles(text: str) -> Iterator[Span]:
    yield from (Span(*m.span(1), "WECHAT") for m in WECHAT.finditer(text))
