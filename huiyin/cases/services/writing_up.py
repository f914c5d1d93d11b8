"""What one case taught becomes a draft for everybody: its solution as an article, nobody in it."""

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.core.actors import Actor
from huiyin.core.errors import Conflict
from huiyin.knowledge import services as knowledge
from huiyin.knowledge.models import Article, Language
from huiyin.language import pii

LONGEST_TITLE, LONGEST_QUESTION = 160, 200


@transaction.atomic
def write_up(case: Case, *, by: Actor) -> Article:
    """A draft of the case's solution, personal data masked; written up twice is once.

    Refuses a case without a solution. Events: article.written.
    """
    body = "\n\n".join(_masked(case, text) for text in _solution(case))
    if not body:
        raise Conflict("solution_missing", _("Only a case with a solution can become an article."))
    title = _line(case, case.subject, LONGEST_TITLE) or case.reference
    words = knowledge.Words(title, body, tuple(_questions(case)))
    shelf = knowledge.shelve(case.category or "general")
    lang = Language.EN if case.language == "en" else Language.ZH
    return knowledge.draft_once(f"case:{case.number}", words, lang=lang, category=shelf, by=by)


def _solution(case: Case) -> list[str]:
    """What was told the user, and what helps for now or for good, each once."""
    told = (case.resolution, case.temporary_fix, case.lasting_fix)
    return list(dict.fromkeys(text.strip() for text in told if text.strip()))


def _questions(case: Case) -> list[str]:
    """How the user put it first."""
    said = case.conversation.messages.filter(voice__isnull=False).order_by("at", "id")
    first = said.values_list("voice__text", flat=True).first()
    question = _line(case, first or case.preview, LONGEST_QUESTION)
    return [question] if question else []


def _line(case: Case, text: str, longest: int) -> str:
    return " ".join(_masked(case, text).split())[:longest].strip()


def _masked(case: Case, text: str) -> str:
    """Without what names somebody: what the rules find, and the name that we know this user by."""
    hidden = pii.masked(text)
    name = case.contact.name.strip()
    return hidden.replace(name, "***") if len(name) > 1 else hidden
