"""What an empty installation needs before it can promise anything: calendars, policy packs, a team."""

from django.apps import apps
from django.db import transaction

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Team
from huiyin.cases import seeds
from huiyin.cases.selectors.rulebook import forget_rulebook


@transaction.atomic
def install() -> None:
    """Make what is missing; what somebody has changed stays."""
    seeds.install(lambda name: apps.get_model("cases", name))
    if not Team.objects.exists():
        accounts.add_team(key="service", name_zh="客服中心", name_en="Service centre")
    forget_rulebook()
    transaction.on_commit(forget_rulebook)
