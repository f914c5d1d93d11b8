"""The demo's scripts and macros are whole in both languages and pass the services' own checks."""

import pytest

from huiyin.cases.models import Macro, Script
from huiyin.web.demo import tools

pytestmark = pytest.mark.django_db


def test_fill_when_loaded_then_every_script_speaks_both_languages():
    tools.fill()
    assert Script.objects.count() == 8
    assert not Script.objects.filter(body_zh="").exists()
    assert not Script.objects.filter(body_en="").exists()


def test_fill_when_loaded_then_every_written_act_speaks_both_languages():
    tools.fill()
    acts = [act for macro in Macro.objects.all() for act in macro.actions if "zh" in act]
    assert len(acts) == 4
    assert all(act["zh"] and act["en"] for act in acts)
