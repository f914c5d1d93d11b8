"""Vectors brought up to date: portion by portion, only stale ones, nothing while nobody can."""

import pytest
from django.core.cache import cache

from huiyin.core.models import Job, JournalEntry
from huiyin.core.persons import ERASED
from huiyin.language import services as language
from huiyin.language.engine import Engine
from huiyin.language.tests.factories import HashEncoder
from huiyin.voices import services, tasks
from huiyin.voices.models import Voice
from huiyin.voices.tests.factories import recorded

pytestmark = pytest.mark.django_db


def stale(text: str) -> Voice:
    """A voice whose vector an earlier encoder made."""
    voice = recorded(text)
    voice.understanding = {**voice.understanding, "vector_model": "old/1"}
    voice.vector, voice.is_understood = b"\x00" * 8, True
    voice.save(update_fields=["understanding", "vector", "is_understood"])
    return voice


@pytest.fixture
def inline(settings, monkeypatch) -> None:
    settings.LANGUAGE_ENGINE = "inline"
    engine = Engine(HashEncoder())
    monkeypatch.setattr(language, "inline_engine", lambda: engine)


def told() -> list[str]:
    return list(JournalEntry.objects.filter(name="voices.embedded").values_list("subject", flat=True))


def models() -> list[str]:
    return sorted(voice.understanding["vector_model"] for voice in Voice.objects.all())


@pytest.mark.usefixtures("inline")
def test_embeds_afresh_when_encoder_changed_then_in_portions_until_done() -> None:
    for i in range(5):
        stale(f"第{i}张发票开错了")
    assert [services.embed_afresh(2) for _turn in range(4)] == [2, 2, 1, 0]
    assert models() == ["hash/1"] * 5
    voice = Voice.objects.first()
    assert bytes(voice.vector) == HashEncoder().encode([voice.text])[0].tobytes()


@pytest.mark.usefixtures("inline")
def test_embeds_afresh_when_all_have_vectors_then_it_is_told_once() -> None:
    for i in range(4):
        stale(f"第{i}张发票开错了")
    said = []
    for _turn in range(3):
        services.embed_afresh(2)
        said.append(told())
    assert said == [[], ["hash/1"], ["hash/1"]]


@pytest.mark.usefixtures("inline")
def test_task_when_nothing_is_left_then_rests_until_the_encoder_changes() -> None:
    cache.delete(tasks.RESTING)
    stale("发票开错了")
    assert [tasks.embed_afresh.func() for _turn in range(2)] == [1, 0]
    stale("我要注销")
    assert tasks.embed_afresh.func() == 0
    cache.set(tasks.RESTING, "old/1")
    assert tasks.embed_afresh.func() == 1


def test_task_when_the_owner_of_the_encoders_is_not_there_yet_then_stays_awake(settings) -> None:
    settings.LANGUAGE_ENGINE = "owner"
    cache.delete(tasks.RESTING)
    stale("发票开错了")
    assert (tasks.embed_afresh.func(), cache.get(tasks.RESTING)) == (0, None)


@pytest.mark.usefixtures("inline")
def test_task_when_a_portion_was_full_then_the_next_follows_at_once(monkeypatch) -> None:
    cache.delete(tasks.RESTING)
    monkeypatch.setattr(services, "RE_EMBEDDED", 1)
    stale("发票开错了")
    tasks.embed_afresh.func()
    assert Job.objects.filter(task="huiyin.voices.tasks.embed_afresh").count() == 1


@pytest.mark.usefixtures("inline")
def test_embeds_afresh_when_taken_in_before_there_were_models_then_gets_a_vector() -> None:
    Voice.objects.filter(id=stale("发票开错了").id).update(understanding={}, vector=None)
    Voice.objects.filter(id=stale("我要注销").id).update(understanding={}, vector=None, text=ERASED)
    assert (services.embed_afresh(), services.embed_afresh()) == (1, 0)
    assert sorted(voice.vector is None for voice in Voice.objects.all()) == [False, True]


def test_embeds_afresh_when_nobody_can_then_nothing_changes(settings) -> None:
    settings.LANGUAGE_ENGINE = "rules"
    stale("发票开错了")
    assert (services.embed_afresh(), models()) == (0, ["old/1"])
