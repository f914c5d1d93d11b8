"""Scripts and macros: which ones a person may use, found by words or by how they sound, filled for one case."""

import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.accounts import selectors as people
from huiyin.accounts.models import User
from huiyin.cases import phrases, policies
from huiyin.cases.models import Case, Draft, Macro, Script
from huiyin.cases.models.tools import Kept
from huiyin.cases.selectors.access import cases_for
from huiyin.core import clock, timewords
from huiyin.core.errors import NotFound

OFFERED = 30


def scripts_for(user: User) -> QuerySet[Script]:
    """Scripts that this person may use, the most used first."""
    rows = Script.objects.filter(_reach(user), removed_at=None).select_related("team", "line")
    return rows.order_by("-use_count", "shortcut", "id")


def macros_for(user: User) -> QuerySet[Macro]:
    """Macros that this person may use, the most used first."""
    rows = Macro.objects.filter(_reach(user), removed_at=None).select_related("team", "line")
    return rows.order_by("-use_count", "name", "id")


def script_for(user: User, script_id: UUID | str) -> Script:
    """One of them. Absent and not for this person look alike."""
    return _one(scripts_for(user), script_id)


def macro_for(user: User, macro_id: UUID | str) -> Macro:
    return _one(macros_for(user), macro_id)


def own_script(user: User, script_id: UUID, *, removed: bool = False) -> Script:
    """A script that this person may change; with `removed` one that was taken away and may come back."""
    rows = Script.objects.filter(_reach(user), removed_at__isnull=not removed)
    return _changeable(user, _one(rows, script_id))


def own_macro(user: User, macro_id: UUID, *, removed: bool = False) -> Macro:
    rows = Macro.objects.filter(_reach(user), removed_at__isnull=not removed)
    return _changeable(user, _one(rows, macro_id))


def found_scripts(user: User, text: str, limit: int = OFFERED) -> list[Script]:
    """Scripts whose shortcut, title or words hold the text, also by pinyin or its initials; the best first."""
    return _found(scripts_for(user), text, lambda s: (s.shortcut, s.title, f"{s.body_zh} {s.body_en}"), limit)


def found_macros(user: User, text: str, limit: int = OFFERED) -> list[Macro]:
    """The same for macros, by name."""
    return _found(macros_for(user), text, lambda macro: (macro.name, "", ""), limit)


def language_of(case: Case) -> str:
    """In which language we write about this case: `en`, or `zh-hans` for everything else."""
    return "en" if case.language == "en" else "zh-hans"


def values_for(case: Case, *, agent: str) -> dict[str, str]:
    """What every variable stands for on this case, in the language of its user."""
    with translation.override(language_of(case)):
        due = timewords.by_when(case.next_due_at, clock.now()) if case.next_due_at else ""
        return {
            "contact.name": phrases.plain(case.contact.name) or _("dear user"),
            "case.number": case.reference,
            "case.subject": phrases.plain(case.subject),
            "agent.name": agent,
            "team.name": case.team.name,
            "product": case.product.name if case.product else _("our product"),
            "due": due or _("as soon as we can"),
        }


def filled(script: Script, case: Case, *, agent: str) -> str:
    """The script as it would be sent about this case."""
    return phrases.fill(script.body(language_of(case)), values_for(case, agent=agent))


def draft_of(user: Any, case: Case) -> Draft | None:
    """What this person has typed about this case and not sent."""
    return Draft.objects.filter(user=user, case=case).first()


def _reach(user: User) -> Q:
    """Own ones, those of everybody, and those of one's teams and lines; who leads sees all shared ones."""
    if policies.can_lead_cases(user):
        return Q(owner=user) | Q(owner=None)
    directory = people.directory()
    teams = directory.teams_of(user)
    lines = {directory.teams[team].line_id for team in teams}
    shared = Q(team=None, line=None) | Q(team__in=teams) | Q(line__in=lines - {None})
    return Q(owner=user) | (Q(owner=None) & shared)


def _one(rows: QuerySet[Any], key: UUID | str) -> Any:
    try:
        row = rows.filter(id=UUID(str(key))).first()
    except ValueError:
        row = None
    if row is None:
        raise NotFound("tool_absent", "")
    return row


def _changeable(user: User, tool: Kept) -> Any:
    if not policies.can_change_tool(user, tool):
        raise NotFound("tool_absent", "")
    return tool


def _found(
    rows: QuerySet[Any], text: str, words: Callable[[Any], tuple[str, str, str]], limit: int
) -> list[Any]:
    wanted = text.strip().lower()
    if not wanted:
        return list(rows[:limit])
    ranked = ((_rank(wanted, *words(row)), place, row) for place, row in enumerate(rows))
    best = sorted((rank, place, row) for rank, place, row in ranked if rank is not None)
    return [row for _rank_, _place, row in best[:limit]]


def _rank(wanted: str, short: str, title: str, body: str) -> int | None:
    """How well it fits, 0 the best: by the shortcut, the title, how either sounds, and the words at last."""
    tests: Iterable[bool] = (
        short.lower().startswith(wanted),
        wanted in short.lower() or wanted in title.lower(),
        any(wanted in sound for sound in (*_sounds(short), *_sounds(title))),
        wanted in body.lower(),
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)


@lru_cache(maxsize=4096)
def _sounds(text: str) -> tuple[str, ...]:
    """`退款进度` as tuikuanjindu and as tkjd. Loaded at first use, and without phrases, which cost 40 MB."""
    if text.isascii():
        return ()
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    syllables = [syllable.lower() for syllable in lazy_pinyin(text)]
    return "".join(syllables).replace(" ", ""), "".join(syllable[:1] for syllable in syllables)


def newest_case(user: User) -> Case:
    """The newest case that this person sees, to try something on. Refuses when there is none."""
    case = cases_for(user).select_related("contact", "owner", "team", "product").order_by("-number").first()
    if case is None:
        raise NotFound("case_absent", "")
    return case


def scripts_filled(user: User, text: str, values: dict[str, str], language: str) -> list[dict[str, Any]]:
    """Scripts that fit the words, each as it would be sent."""
    found = found_scripts(user, text)
    return [{"script": each, "text": phrases.fill(each.body(language), values)} for each in found]


def colleagues(user: User, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Staff who can be called into a note, by name, sign-in name, pinyin or initials; one's own team first."""
    directory = people.directory()
    near = {person for team in directory.teams_of(user) for person in directory.members[team]}
    wanted = text.strip().lower()
    ranked = [
        (rank, key not in near, str(person), person)
        for key, person in directory.people.items()
        if (rank := _rank(wanted, person.username, str(person), "") if wanted else 0) is not None
    ]
    best = sorted(ranked, key=lambda each: each[:3])[:limit]
    return [{"username": p.username, "name": str(p), "team": _team_name(p)} for *_order, p in best]


def _team_name(person: User) -> str:
    directory = people.directory()
    return next((directory.teams[team].name for team in directory.teams_of(person)), "")
