"""Vectors on their way: asked of the owner, of this process, of nobody; compared only within one model."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from huiyin.language import services
from huiyin.language.client import Client
from huiyin.language.engine import Engine
from huiyin.language.tests.factories import HashEncoder, RunningOwner
from huiyin.language.tests.test_owner import ready
from huiyin.language.vectors import Vectors, compare, packed, scaled, stacked

TEXTS = ["退款没有到账", "怎么改手机号", "退款三天没有到账"]


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[RunningOwner]:
    with RunningOwner(tmp_path_factory.mktemp("owner") / "language.sock") as running:
        assert ready(Client(running.owner.path))
        yield running


@pytest.fixture
def owned(running: RunningOwner, settings, monkeypatch) -> Iterator[RunningOwner]:
    settings.LANGUAGE_ENGINE = "owner"
    client = Client(running.owner.path)
    monkeypatch.setattr(services, "client", lambda: client)
    yield running
    running.encoder.pause = 0.0
    client.close()


def test_embeds_when_owner_is_there_then_unit_rows_in_order(owned: RunningOwner) -> None:
    told = services.embed(TEXTS * 90, budget_ms=30_000)
    assert told is not None
    assert (told.model, told.dim, len(told)) == ("hash/1", 256, 270)
    assert np.array_equal(told.matrix()[:3], owned.encoder.encode(TEXTS))
    assert np.array_equal(told.matrix()[267:], told.matrix()[:3])


def test_embeds_when_owner_is_slow_then_none_within_budget(owned: RunningOwner) -> None:
    owned.encoder.pause = 1.0
    begun = time.monotonic()
    assert services.embed(TEXTS) is None
    assert time.monotonic() - begun < 0.35


def test_embeds_when_encoder_is_unknown_then_none(owned: RunningOwner) -> None:
    assert services.embed(TEXTS, engine="nobody", budget_ms=5_000) is None


def test_embeds_when_nobody_or_rules_then_none(settings, tmp_path: Path, monkeypatch) -> None:
    settings.LANGUAGE_ENGINE = "owner"
    absent = Client(tmp_path / "none.sock")
    monkeypatch.setattr(services, "client", lambda: absent)
    assert services.embed(TEXTS) is None
    settings.LANGUAGE_ENGINE = "rules"
    assert (services.embed(TEXTS), services.vector_model()) == (None, "")


def test_embeds_when_inline_then_same_and_model_is_told(settings, monkeypatch) -> None:
    settings.LANGUAGE_ENGINE = "inline"
    engine = Engine(HashEncoder())
    monkeypatch.setattr(services, "inline_engine", lambda: engine)
    told = services.embed(TEXTS, "query")
    assert told is not None
    assert (told.model, services.vector_model(), services.vector_model("nobody")) == ("hash/1", "hash/1", "")
    near, far = compare(stacked(told.model, told.rows[:1]), stacked(told.model, told.rows[1:]))[0][::-1]
    assert near > far


def test_compares_when_models_differ_then_refused() -> None:
    rows = np.eye(2, dtype=np.float32)
    with pytest.raises(ValueError, match="nothing about each other"):
        compare(packed("one", rows), packed("other", rows))
    assert compare(Vectors("one"), packed("one", rows)).shape == (0, 2)
    assert np.array_equal(compare(packed("one", rows), packed("one", rows)), rows)


def test_scales_when_scores_are_close_then_mean_nought_and_spread_one() -> None:
    assert scaled([]) == []
    assert scaled([0.9, 0.8, 0.7]) == pytest.approx([1.2247, 0.0, -1.2247], abs=1e-3)
    assert scaled([0.5, 0.5]) == [0.0, 0.0]
