"""Password hashing under pressure: one at a time, behind the work of others, and a crowd is told when to come back."""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from huiyin.accounts import hashers
from huiyin.accounts.hashers import LINE, OwaspArgon2Hasher
from huiyin.accounts.tests.visitors import browser, is_in, member, sign_in
from huiyin.core.errors import Unavailable

SALT = "s" * 22


@pytest.fixture
def user(db):
    return member()


@pytest.fixture
def held():
    """The one hand that hashes is busy until the test lets go."""
    go, ready = threading.Event(), threading.Event()

    def hold() -> None:
        ready.set()
        go.wait(30)

    hashers._hand.submit(hold)
    assert ready.wait(10)
    yield go
    go.set()


def test_encode_when_verified_then_only_the_same_password_fits():
    encoded = OwaspArgon2Hasher().encode("lilac-harbour-eleven", SALT)
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert OwaspArgon2Hasher().verify("lilac-harbour-eleven", encoded)
    assert not OwaspArgon2Hasher().verify("lilac-harbour-twelve", encoded)


def test_encode_when_it_fails_then_its_place_is_free_again():
    for _turn in range(LINE + 1):
        with pytest.raises(ValueError):
            OwaspArgon2Hasher().verify("password", "argon2$no-hash")
    assert OwaspArgon2Hasher().encode("password", SALT)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
def test_hash_when_made_then_on_a_thread_that_yields_to_others():
    ours, theirs = hashers._hand.submit(_niceness).result(), _niceness()
    assert ours == min(theirs + hashers.BEHIND, 19)


def test_hash_when_a_crowd_asks_then_some_wait_and_the_rest_hear_when_to_come_back(held):
    with ThreadPoolExecutor(LINE) as pool:
        ahead = [pool.submit(OwaspArgon2Hasher().encode, "password", SALT) for _each in range(LINE)]
        _until_full()
        with pytest.raises(Unavailable) as refused:
            OwaspArgon2Hasher().encode("password", SALT)
        held.set()
        assert all(each.result() for each in ahead)
    assert (refused.value.code, refused.value.data) == ("doors_busy", {"retry_after": hashers.AGAIN_AFTER})
    assert OwaspArgon2Hasher().encode("password", SALT)


def test_sign_in_when_a_crowd_comes_in_then_503_and_what_was_typed_is_kept(user, held):
    visitor = browser()
    with ThreadPoolExecutor(LINE) as pool:
        ahead = [pool.submit(OwaspArgon2Hasher().encode, "password", SALT) for _each in range(LINE)]
        _until_full()
        page = sign_in(visitor, user.email)
        held.set()
        assert all(each.result() for each in ahead)
    assert (page.status_code, page["Retry-After"]) == (503, str(hashers.AGAIN_AFTER))
    assert user.email in page.content.decode() and not is_in(visitor)
    assert sign_in(visitor, user.email).status_code == 302 and is_in(visitor)


def _niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def _until_full() -> None:
    end = time.monotonic() + 10
    while hashers._line._value:
        assert time.monotonic() < end
        time.sleep(0.01)
