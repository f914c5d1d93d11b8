"""Vectors from another server: asked for over real HTTP, masked, in order; its failures are ours to bear."""

import json

import numpy as np
import pytest

from huiyin.core.tests.modelserver import Handler, babbles, fails, serving
from huiyin.language import encoders, services
from huiyin.language.encoders.endpoint import FAILURES_BEFORE_REST, EncoderAway, EndpointEncoder

LOCAL = ["127.0.0.1/32"]


def vectors(*rows: list[float], turned: bool = False):
    """Answers with these rows, perhaps listed backwards, as the protocol allows."""

    def behave(handler: Handler) -> None:
        listed = [{"index": at, "embedding": row} for at, row in enumerate(rows)]
        handler.say(200, json.dumps({"data": listed[::-1] if turned else listed}).encode())

    return behave


def encoder(url: str) -> EndpointEncoder:
    return EndpointEncoder(url, "secret", "bge-m3", allow=LOCAL)


def test_encodes_when_server_answers_then_unit_rows_in_order_and_masked() -> None:
    with serving(vectors([3, 4], [0, 2], turned=True)) as server:
        asked = encoder(server.url)
        rows = asked.encode(["电话13812345678打不通", "退款"])
    assert np.allclose(rows, [[0.6, 0.8], [0, 1]])
    assert (asked.id, asked.dim) == ("endpoint/bge-m3/1", 2)
    (sent,) = server.asked
    assert (sent["path"], sent["key"], sent["model"]) == ("/v1/embeddings", "Bearer secret", "bge-m3")
    assert sent["input"] == ["电话138****5678打不通", "退款"]


@pytest.mark.parametrize(
    "behaviour",
    [
        fails(500),
        fails(429),
        babbles(),
        babbles(b'{"data": []}'),
        babbles(b'{"data": [{"index": 0, "embedding": ["x"]}]}'),
        vectors([1, 0], [0, 1]),
    ],
)
def test_encodes_when_answer_is_wrong_then_away(behaviour) -> None:
    with serving(behaviour) as server, pytest.raises(EncoderAway):
        encoder(server.url).encode(["退款"])


def test_encodes_when_server_keeps_failing_then_left_alone() -> None:
    with serving(fails(503)) as server:
        asked = encoder(server.url)
        for _turn in range(FAILURES_BEFORE_REST + 3):
            with pytest.raises(EncoderAway):
                asked.encode(["退款"])
        assert len(server.asked) == FAILURES_BEFORE_REST


def test_encodes_when_model_changes_its_size_then_away() -> None:
    with serving(vectors([1, 0]), vectors([1, 0, 0])) as server:
        asked = encoder(server.url)
        asked.encode(["退款"])
        with pytest.raises(EncoderAway):
            asked.encode(["退款"])


def test_encodes_when_address_is_our_own_network_and_not_allowed_then_away() -> None:
    with serving(vectors([1, 0])) as server:
        with pytest.raises(EncoderAway):
            EndpointEncoder(server.url, "", "bge-m3").encode(["退款"])
        assert server.asked == []


def test_embeds_when_operator_named_a_server_then_by_this_process(monkeypatch) -> None:
    with serving(vectors([3, 4]), fails(500)) as server:
        asked = encoder(server.url)
        monkeypatch.setattr(encoders, "elsewhere", lambda: asked)
        told = services.embed(["退款"], "query", engine="endpoint", budget_ms=2_000)
        assert told is not None
        assert (told.model, told.dim) == ("endpoint/bge-m3/1", 2)
        assert services.embed(["退款"], engine="endpoint") is None


def test_embeds_when_no_server_is_named_then_none() -> None:
    assert services.embed(["退款"], engine="endpoint") is None
    assert services.vector_model("endpoint") == ""
