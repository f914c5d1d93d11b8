"""What colleagues say of answers; each word is kept, and teaches."""

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accounts.models import User
from huiyin.assistant import events
from huiyin.assistant.models import Judgement, Turn
from huiyin.assistant.services import phrasings
from huiyin.core import clock, journal
from huiyin.core.actors import Actor
from huiyin.core.errors import Invalid
from huiyin.knowledge.models import Article


@transaction.atomic
def judge(turn: Turn, *, verdict: str, article: str = "", judge: User, by: Actor) -> Judgement:
    """Say whether the article that came first was right, or which other one is; judging again replaces it.

    The question becomes one more way to ask for the right article, unless it holds personal data.
    Refuses an unknown verdict and an article that was not among the candidates. Events: answer.judged.
    """
    if verdict not in Judgement.Verdict.values:
        raise Invalid("verdict_invalid", _("Please choose one of the verdicts."), field="verdict")
    right = _right_article(turn, verdict, article)
    said, _new = Judgement.objects.update_or_create(
        turn=turn, defaults={"verdict": verdict, "article": right, "by": judge, "at": clock.now()}
    )
    asked = (
        Turn.objects.select_related("dialogue")
        .filter(
            dialogue=turn.dialogue_id, number=turn.number - 1, speaker=Turn.Speaker.VISITOR, act=Turn.Act.ASK
        )
        .first()
    )
    if asked is not None:
        phrasings.unlearn(asked)
        if right is not None:
            phrasings.learn(asked, article=right)
    fact = events.AnswerJudged(subject=str(turn.dialogue_id), turn=str(turn.id), verdict=verdict)
    journal.publish(fact, by=by)
    return said


def _right_article(turn: Turn, verdict: str, article: str) -> Article | None:
    offered = [str(each["article"]) for each in turn.candidates]
    if verdict == Judgement.Verdict.RIGHT:
        return Article.objects.filter(id__in=offered[:1]).first()
    if verdict == Judgement.Verdict.WRONG and article:
        if article not in offered[1:]:
            raise Invalid("article_unknown", _("Please choose one of the articles shown."), field="article")
        return Article.objects.filter(id=article).first()
    return None
