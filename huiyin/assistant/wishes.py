"""What a visitor's words ask for beside an answer: a person, at once, or because patience is at its end."""

import re

from huiyin.language.normalise import fold
from huiyin.language.urgency import needs_person
from huiyin.language.verdicts import Understanding

_PERSON = re.compile(
    r"(?:转|找|要|叫|接|换|联系|呼叫|来个?|有没有)(?:一?个|下|一下|到)?(?:真人|人工|客服人员|活人|真的?人)"
    r"|(?:跟|和|与)(?:真人|人工|活人|客服)(?:客服)?(?:说|聊|谈|讲|沟通|对话)"
    r"|^(?:人工|真人|人工客服|人工服务|真人客服|客服|转接)$"
    r"|(?:talk|speak|chat|connect me|transfer me|get me|want|need)(?: \w+){0,3}"
    r" (?:human|person|agent|representative|operator)"
    r"|^(?:human|agent|operator|representative|real person)$"
)
_NO_PERSON = re.compile(
    r"(?:不要|不用|别|无需|不想)(?:再)?(?:转|找|叫|接)?(?:真人|人工|客服)|人工(?:智能|审核|费)"
    r"|(?:几点|什么时候|多久|晚上|周末|节假日|工作时间).{0,6}(?:人工|客服)"
    r"|(?:don't|do not|no) (?:want|need)"
)
_EDGES = re.compile(r"^\W+|\W+$")
# One word of anger may be about a thing; two, or one with a threat or the law beside it, are about us.
_ANGRY_WORDS = 2
_SHOUTS = re.compile(r"[!！?？]{3,}")


def wants_person(text: str) -> bool:
    """The words ask for a human being, and not how or when one can be reached."""
    said = _EDGES.sub("", fold(text))
    return bool(_PERSON.search(said)) and not _NO_PERSON.search(said)


def is_angry(text: str, meaning: Understanding) -> bool:
    """Anger that no automatic answer should meet: said twice, shouted, or joined by a threat to go elsewhere."""
    kinds = [signal.kind for signal in meaning.urgency]
    angry = kinds.count("anger")
    angry += bool(angry and _SHOUTS.search(text))
    return angry >= _ANGRY_WORDS or (angry > 0 and ("legal" in kinds or "repeated" in kinds))


def must_be_heard(meaning: Understanding) -> bool:
    """Danger, threats and leaks go to a person at once, whatever the assistant could say."""
    return needs_person(meaning.urgency)
