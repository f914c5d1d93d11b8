"""The bus port: the same promises from its three twins."""

import threading
import time

import pytest

from huiyin.core.ports.bus import LocalBus, PostgresBus, RedisBus, _packed
from tests.machinery.house import until


@pytest.fixture(
    params=[
        "local",
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("redis", marks=pytest.mark.redis),
    ]
)
def pair(request):
    """Two ends of one bus, as two processes would hold them; the embedded twin has one end only."""
    if request.param == "local":
        one = LocalBus()
        ends = (one, one)
    elif request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        ends = tuple(PostgresBus({"conninfo": url}) for _ in range(2))
    else:
        url = request.getfixturevalue("redis_url")
        ends = tuple(RedisBus(url) for _ in range(2))
    yield ends
    for end in ends:
        end.close()


def listening(sender, receiver):
    """Subscribe, and come back when messages arrive: connecting takes the networked twins a moment."""
    got = []
    end = receiver.subscribe(got.append)

    def arrives():
        sender.publish({"name": "probe"})
        time.sleep(0.05)
        return got

    until(arrives)
    time.sleep(0.2)
    got.clear()
    return got, end


def test_publish_when_subscribed_then_all_arrive_in_order(pair):
    sender, receiver = pair
    got, _end = listening(sender, receiver)
    sent = [{"seq": number, "topics": ["case:1", "队列"]} for number in range(300)]
    for message in sent:
        sender.publish(message)
    until(lambda: len(got) == 300)
    assert got == sent


def test_publish_when_the_subscription_ended_then_nothing_arrives(pair):
    sender, receiver = pair
    got, end = listening(sender, receiver)
    end()
    sender.publish({"seq": 1})
    time.sleep(0.3)
    assert got == []


def test_publish_when_subscribed_then_within_a_moment(pair):
    sender, receiver = pair
    listening(sender, receiver)
    arrived = threading.Event()
    receiver.subscribe(lambda message: arrived.set())
    began = time.monotonic()
    sender.publish({"seq": 1})
    assert arrived.wait(2)
    assert time.monotonic() - began < 0.5


def test_publish_when_nobody_can_be_reached_then_returns_at_once():
    bus = RedisBus("redis://127.0.0.1:1/0")
    began = time.monotonic()
    for number in range(100):
        bus.publish({"seq": number})
    assert time.monotonic() - began < 0.5
    bus.close()


@pytest.mark.postgres
def test_listen_when_the_connection_is_cut_then_comes_back(postgres_url):
    import psycopg

    sender, receiver = (PostgresBus({"conninfo": postgres_url}) for _ in range(2))
    got, _end = listening(sender, receiver)
    with psycopg.connect(postgres_url, autocommit=True) as link:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE %s AND pid <> pg_backend_pid()"
        link.execute(cut, ["LISTEN%"])
        link.execute(cut, ["SELECT 1"])

    def arrives():
        sender.publish({"name": "again"})
        return got

    until(arrives, 10)
    sender.close()
    receiver.close()


def test_pack_when_too_long_for_one_notice_then_several():
    texts = [f'"{"词" * 1000}"'] * 7 + ['"x"' * 3000, '"end"']
    notices = list(_packed(texts))
    assert [len(notice.encode()) < 8000 for notice in notices] == [True] * len(notices)
    assert sum(notice.count("词") for notice in notices) == 7000
    assert notices[-1].endswith('"end"]')
