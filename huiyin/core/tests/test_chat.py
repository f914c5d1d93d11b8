"""Asking a language model, against a real server that is busy, slow, broken off, or talks nonsense."""

import time

import pytest

from huiyin.core.chat import asking
from huiyin.core.chat.asking import Model, RetryBudget
from huiyin.core.chat.wire import ChatError, Completion, Endpoint, Question
from huiyin.core.tests.modelserver import babbles, cuts, fails, says, serving, sleeps, streams

QUESTION = Question([{"role": "user", "content": "在吗"}], {"type": "object"})


def model_at(server, *, seconds: float = 3, shut_seconds: float = 30) -> Model:
    return Model(Endpoint(server.url, "k-1", "small"), seconds=seconds, shut_seconds=shut_seconds)


def refused(model: Model) -> str:
    with pytest.raises(ChatError) as caught:
        model.ask(QUESTION)
    return caught.value.reason


def test_ask_when_it_streams_then_the_pieces_are_one_answer():
    with serving(streams("您好，已为您查到。")) as server:
        assert model_at(server).ask(QUESTION) == Completion("您好，已为您查到。", 120, 30)
    asked = server.asked[0]
    assert (asked["path"], asked["key"], asked["model"]) == ("/v1/chat/completions", "Bearer k-1", "small")
    assert (asked["temperature"], asked["stream"]) == (0, True)
    assert asked["response_format"]["json_schema"]["schema"] == {"type": "object"}


def test_ask_when_it_cannot_stream_then_the_whole_is_taken():
    with serving(says("好的")) as server:
        assert model_at(server).ask(QUESTION) == Completion("好的", 120, 30)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_ask_when_busy_once_then_asks_again(status):
    with serving(fails(status), streams("好")) as server:
        assert model_at(server).ask(QUESTION).text == "好"
    assert len(server.asked) == 2


def test_ask_when_broken_off_once_then_asks_again():
    with serving(cuts("一半"), streams("整句")) as server:
        assert model_at(server).ask(QUESTION).text == "整句"


@pytest.mark.parametrize(
    ("behaviour", "reason", "attempts"),
    [
        (fails(401), "http_401", 1),
        (fails(400), "http_400", 1),
        (fails(500), "http_500", 3),
        (cuts("一半"), "cut", 3),
        (babbles(), "junk", 3),
        (babbles(b'{"choices": "none"}'), "junk", 3),
        (babbles(b"\xff\xfe"), "junk", 3),
        (says("太长", ended="length"), "cut", 1),
        (says("", ended="content_filter"), "withheld", 1),
    ],
)
def test_ask_when_it_fails_for_good_then_refused_with_the_reason(behaviour, reason, attempts):
    with serving(behaviour) as server:
        assert refused(model_at(server)) == reason
    assert len(server.asked) == attempts


def test_ask_when_it_is_slow_then_given_up_in_time():
    with serving(sleeps(3)) as server:
        began = time.monotonic()
        assert refused(model_at(server, seconds=0.4)) == "late"
        assert time.monotonic() - began < 1.5


def test_ask_when_it_drips_then_given_up_in_time():
    with serving(streams("滴" * 60, pause=0.1)) as server:
        began = time.monotonic()
        assert refused(model_at(server, seconds=0.5)) == "late"
        assert time.monotonic() - began < 1.5


def test_ask_when_told_to_wait_longer_than_there_is_time_then_not_asked_again():
    with serving(fails(429, Retry_After="60")) as server:
        assert refused(model_at(server)) == "http_429"
    assert len(server.asked) == 1


def test_ask_when_nobody_listens_then_unreachable():
    with serving(says("")) as server:
        gone = model_at(server)
    assert refused(gone) == "unreachable"


def test_ask_when_it_failed_five_times_then_left_alone_and_tried_again_later():
    with serving(fails(401)) as server:
        model = model_at(server, shut_seconds=0.3)
        assert [refused(model) for _ in range(6)] == ["http_401"] * 5 + ["shut"]
        assert (model.is_shut, len(server.asked)) == (True, 5)
        server.plan = [says("回来了")]
        time.sleep(0.35)
        assert model.ask(QUESTION).text == "回来了"
        assert not model.is_shut


def test_ask_when_everything_fails_then_retries_end_with_the_budget():
    with serving(fails(500)) as server:
        model = model_at(server)
        model._budget = RetryBudget(share=0.1, saved=1)
        refused(model)
        refused(model)
    assert len(server.asked) == 3


def test_model_when_no_address_is_set_then_none(settings):
    asking.model.cache_clear()
    assert asking.model() is None
