"""Text that wants to command the model instead of asking: recognised by what such commands always have to say.

One wall of several. The model's answer is checked against the passages in any case; this only keeps plain attempts
from reaching it at all, and is kept narrow, so that a user who asks about instructions is still understood.
"""

import re
import unicodedata

_VERB_ZH = r"(?:忽略|无视|忘记|忘掉|抛弃|不要理会|别管|绕过|覆盖|跳过|取消)"
_OBJECT_ZH = r"(?:指令|指示|提示词|提示|规则|设定|要求|限制|约束|命令|上文|对话|内容|prompt)"
_VERB_EN = r"(?:ignore|disregard|forget|override|bypass|overlook|discard)"
_OBJECT_EN = (
    r"(?:instructions?|prompts?|rules?|guidelines?|directions|restrictions?|constraints?|context|above"
    r"|polic(?:y|ies))"
)
_OURS = (
    r"(?:系统提示词|系统指令|初始指令|提示词"
    r"|system\s*prompt|(?:initial|hidden)\s+(?:prompt|instructions))"
)
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_VERB_ZH}.{{0,12}}{_OBJECT_ZH}",
        rf"{_VERB_EN}\b.{{0,40}}\b{_OBJECT_EN}\b",
        rf"(?:输出|打印|显示|重复|复述|告诉我|泄露|翻译|给我看).{{0,12}}{_OURS}",
        rf"(?:print|show|reveal|repeat|output|leak|tell\s+me|translate|display|what\s+(?:is|are)).{{0,24}}{_OURS}",
        r"(?:你现在是|从现在开始你|从现在起你|你将扮演|请你扮演|假装你是|假设你是)",
        r"\b(?:you\s+are\s+now|from\s+now\s+on\s+you|pretend\s+(?:to\s+be|you\s+are)|act\s+as\s+(?:a|an|if|my)|roleplay\s+as)\b",
        r"\b(?:DAN|jailbreak|developer\s+mode|god\s+mode|sudo\s+mode)\b|越狱模式|开发者模式|无限制模式",
        r"(?:^|\n|\\n)\s*(?:#+\s*)?(?:system|assistant|developer|系统|助手)\s*[:：>]",
        r"<\|?\s*(?:im_start|im_end|system|endoftext|assistant)\s*\|?>|\[/?INST\]|<<\s*SYS\s*>>",
        r"(?:必须|务必|一律|always|must)\s*(?:回答|回复|只说|answer|reply|respond|say)(?:\s*with)?\s*[\"“'「:：]",
        r"[\"']?(?:found|sentences|passages)[\"']?\s*:\s*(?:true|\[|\{)",
        r"\b(?:new|updated)\s+(?:system\s+)?(?:instructions?|rules)\s*[:：]|(?:新的?|最新)(?:系统)?(?:指令|规则|设定)\s*[:：]",
        r"(?:执行|调用|运行).{0,8}(?:函数|工具|命令)|\b(?:execute|call|run)\b.{0,24}\b(?:function|tool|shell|command|sql)\b",
    )
)


def commands(text: str) -> bool:
    """Does this text speak to the model as its master?"""
    folded = re.sub(r"[ \t\u3000]+", " ", unicodedata.normalize("NFKC", text))
    squeezed = re.sub(r"(?<=[\u4e00-\u9fff])[\s·.。,，\-_*|/]+(?=[\u4e00-\u9fff])", "", folded)
    return any(pattern.search(form) for pattern in PATTERNS for form in (folded, squeezed))
