"""The demo on a database whose first promises were taken away."""

import pytest

from huiyin.accounts.models import Team
from huiyin.cases.models import Calendar, Clock, SlaPolicy
from huiyin.web.demo import load


@pytest.mark.django_db
def test_load_when_nothing_was_installed_then_installs_it_first():
    SlaPolicy.objects.all().delete()
    Calendar.objects.all().delete()
    Team.objects.all().delete()
    assert load.load(old=0).cases > 0
    assert Clock.objects.filter(breached_at__isnull=False).exists()
