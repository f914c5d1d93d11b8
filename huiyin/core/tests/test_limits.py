"""Limits, and the two twins of the cache port that count for them."""

import time

import pytest

from huiyin.core import limits, origin
from huiyin.core.errors import TooMany, Unavailable
from huiyin.core.ports import cache


class Broken:
    def add(self, key, amount, *, ttl):
        raise cache.CacheError("down")


@pytest.fixture
def memory(monkeypatch):
    port = cache.MemoryCache()
    monkeypatch.setattr(cache, "port", lambda: port)
    monkeypatch.setitem(limits.LIMITS, "test", limits.Limit(3, 60))
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000_010.5)
    return port


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def port(request):
    if request.param == "memory":
        return cache.MemoryCache()
    return cache.RedisCache(request.getfixturevalue("redis_url"))


def test_spend_when_at_limit_then_passes_and_one_more_is_refused(memory):
    for _ in range(3):
        limits.spend("test", "a")
    with pytest.raises(TooMany) as refused:
        limits.spend("test", "a")
    assert refused.value.data == {"retry_after": 10}
    limits.spend("test", "b")


def test_spend_when_window_ends_then_free_again(memory, monkeypatch):
    for _ in range(3):
        limits.spend("test", "a")
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000_041.0)
    limits.spend("test", "a")


def test_spend_when_nobody_counts_then_strict_refuses_and_others_pass(monkeypatch):
    monkeypatch.setattr(cache, "port", Broken)
    with pytest.raises(Unavailable):
        limits.spend("sign_in.address", "a")
    limits.spend("search.address", "a")


@pytest.mark.parametrize(
    ("address", "unit"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("", ""),
    ],
)
def test_neighbourhood_when_address_then_unit_of_one_subscriber(address, unit):
    assert origin.neighbourhood(address) == unit


def test_cache_when_set_then_read_until_it_ends(port):
    port.set("a", b"1", ttl=0.2)
    assert (port.get("a"), port.get("b")) == (b"1", None)
    time.sleep(0.25)
    assert port.get("a") is None


def test_cache_when_deleted_then_gone(port):
    port.set("c", b"1", ttl=60)
    port.delete("c")
    port.delete("c")
    assert port.get("c") is None


def test_cache_when_counted_then_adds_and_ends_after_first_use(port):
    assert [port.add("n", 2, ttl=0.3) for _ in range(3)] == [2, 4, 6]
    time.sleep(0.35)
    assert port.add("n", 1, ttl=1) == 1


def test_cache_when_full_then_oldest_go():
    port = cache.MemoryCache(size=10)
    for number in range(25):
        port.set(str(number), b"x", ttl=60)
    assert len(port._values) <= 10
    assert port.get("24") == b"x"


def test_cache_when_redis_is_away_then_says_so():
    with pytest.raises(cache.CacheError):
        cache.RedisCache("redis://127.0.0.1:1/0").get("a")
