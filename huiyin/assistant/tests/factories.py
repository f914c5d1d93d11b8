"""A small help centre, and talks about it."""

from huiyin.assistant import services
from huiyin.assistant.models import Dialogue, Handoff, Turn
from huiyin.assistant.selectors import catalogue
from huiyin.core.actors import Actor
from huiyin.knowledge.models import Article
from huiyin.knowledge.services import Words
from huiyin.knowledge.tests.factories import published

VISITOR = Actor("contact")
REFUND = Words("如何申请退款？", "打开我的订单，选择申请退款。三个工作日内到账。", ("退款怎么操作",))
ARRIVAL = Words("退款多久到账？", "原路退回，一到三个工作日。", ("退款几天能到",))
PASSWORD = Words("忘记密码怎么办？", "在登录页选择忘记密码，用手机验证码重设。", ("密码忘了怎么找回",))
INVOICE = Words("如何开具发票？", "在订单详情里选择开发票。", ("怎么开发票",))


def help_centre() -> dict[str, Article]:
    """Four articles without vectors: words alone must do."""
    words = {"refund": REFUND, "arrival": ARRIVAL, "password": PASSWORD, "invoice": INVOICE}
    made = {key: published(each, key=key) for key, each in words.items()}
    catalogue.forget_index()
    return made


def begun(lang: str = "zh") -> Dialogue:
    return services.begin(lang=lang, by=VISITOR)


def asked(dialogue: Dialogue, text: str) -> Turn:
    """The visitor's words, not yet answered."""
    return services.hear(dialogue, text, by=VISITOR)


def answered(dialogue: Dialogue, text: str) -> Turn | Handoff | None:
    """The visitor's words and what came of them."""
    return services.respond(asked(dialogue, text))
