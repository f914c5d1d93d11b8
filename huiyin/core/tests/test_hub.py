"""The hub: each stream hears a message once, slow ones are dropped, strangers learn nothing of our words."""

import asyncio
import json

import pytest

from huiyin.core.live import announce, hub
from huiyin.core.live.entrance import Pass
from huiyin.core.live.hub import Hub, Stream
from huiyin.core.tests import sample

STAFF = Pass(("lamp:1", "lamp"), session="s", user="u", proof="p")
VISITOR = Pass(("repairs",), door="follow", key="k")


def told(stream):
    return [json.loads(frame.split(b"data: ")[1]) for frame in stream.frames]


@pytest.fixture
def house():
    found = Hub()
    yield found
    found.pool.shutdown()


def test_tell_when_two_topics_match_then_heard_once(house):
    stream = Stream(STAFF)
    house.enter(stream)
    message = announce.message_of(5, sample.LampLit(subject="1"))
    house._fan_out(message)
    house._fan_out(message)
    assert told(stream) == [{"name": "lamp.lit", "subject": "lamp:1", "topics": ["lamp:1", "lamp"]}]
    assert stream.frames[0].startswith(b"id: 5\n")


def test_tell_when_the_stream_has_no_session_then_only_that_its_topic_changed(house):
    stream = Stream(VISITOR)
    house.enter(stream)
    house._fan_out(announce.message_of(6, sample.LampBroken(subject="1")))
    assert told(stream) == [{"name": "changed", "subject": "repairs", "topics": ["repairs"]}]


def test_tell_when_not_journalled_then_without_number_and_every_time(house):
    stream = Stream(STAFF)
    house.enter(stream)
    message = {"seq": 0, "name": "changed", "subject": "lamp", "topics": ["lamp"]}
    house._fan_out(message)
    house._fan_out(message)
    assert [frame.startswith(b"data: ") for frame in stream.frames] == [True, True]


def test_leave_when_left_then_nothing_is_kept(house):
    stream = Stream(STAFF)
    house.enter(stream)
    house.leave(stream)
    house._fan_out(announce.message_of(7, sample.LampLit(subject="1")))
    assert (len(stream.frames), house.streams, house._by_topic) == (0, set(), {})


def test_put_when_the_client_does_not_read_then_the_stream_is_dropped():
    async def overflow():
        stream = Stream(STAFF)
        stream.writer = asyncio.create_task(asyncio.sleep(60))
        for _ in range(hub.QUEUE + 1):
            stream.put(b"x")
        with pytest.raises(asyncio.CancelledError):
            await stream.writer
        return stream.ended, len(stream.frames)

    assert asyncio.run(overflow()) == (True, hub.QUEUE)


@pytest.mark.django_db
def test_missed_when_away_then_told_again_and_too_many_is_a_reload():
    entries = sample.publish(*[sample.LampLit(subject=str(number)) for number in range(4)])
    first = entries[0].seq
    frames, at = hub.missed(Pass(("lamp:2",), since=first, session="s"))
    assert at == entries[-1].seq
    assert [frame.split(b"\n")[0] for frame in frames] == [b"id: %d" % entries[2].seq]
    assert hub.missed(Pass(("lamp",), since=at, session="s")) == ([], at)
    assert hub.missed(Pass(("lamp",), since=None, session="s")) == ([], at)
    assert hub.missed(Pass(("lamp",), since=first, session="s"), limit=2)[0] == [hub.RELOAD]
