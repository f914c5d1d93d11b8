"""Cases with clocks for tests: an office in Shanghai with known hours, a policy with known targets."""

from datetime import datetime
from zoneinfo import ZoneInfo

from huiyin.accounts.models import Contact, Team
from huiyin.accounts.selectors import forget_directory
from huiyin.cases import seeds
from huiyin.cases.models import (
    Calendar,
    CalendarVersion,
    Case,
    Clock,
    HolidayDay,
    HolidayYear,
    PolicyVersion,
    SlaPolicy,
)
from huiyin.cases.selectors.rulebook import forget_rulebook, hours_in
from huiyin.conversations.models import Conversation
from huiyin.core.facts import Event

TABLES = (Calendar, CalendarVersion, HolidayDay, HolidayYear, PolicyVersion, SlaPolicy)
MODELS = {model.__name__: model for model in TABLES}
MONDAY = datetime(2026, 11, 16, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def promises() -> SlaPolicy:
    """The shipped promises, with office hours from nine to six, whatever was there before."""
    seeds.install(MODELS.__getitem__)
    forget_rulebook()
    forget_directory()
    hours_in.cache_clear()
    return SlaPolicy.objects.get(key="tiered")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def make_case(*, priority: str = "normal", kind: str = "question", at: datetime = MONDAY) -> Case:
    """A stored case without clocks."""
    team, _is_new = Team.objects.get_or_create(
        key="support", defaults={"name_zh": "客服", "name_en": "Support", "is_default": True}
    )
    contact = Contact.objects.create(name="王芳")
    thread = Conversation.objects.create(contact=contact, channel="form")
    return Case.objects.create(
        conversation=thread,
        contact=contact,
        channel="form",
        kind=kind,
        subject="退款没有到账",
        priority=priority,
        team=team,
        opened_at=at,
        last_activity_at=at,
    )


def clocks_of(case: Case) -> dict[str, Clock]:
    return {clock.kind: clock for clock in Clock.objects.filter(case=case)}


def told(facts: list[Event]) -> list[tuple[str, str]]:
    """Facts about clocks as (name, kind)."""
    return [(fact.name, fact.kind) for fact in facts]  # type: ignore[attr-defined]
