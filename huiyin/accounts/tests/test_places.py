"""Where an address belongs, in words and as the key that tells whether a place is new."""

import pytest
from django.utils.translation import override

from huiyin.accounts import places
from huiyin.accounts.arrivals import Arrival
from huiyin.accounts.models import SignIn
from huiyin.accounts.services import sessions
from huiyin.accounts.tests.visitors import CHROME, member
from huiyin.core.crypto import blind_index

WORDS = {
    "114.114.114.114": ("江苏省南京市", "Nanjing, Jiangsu, China"),
    "1.2.4.8": ("北京市", "Beijing, China"),
    "218.102.23.1": ("中国香港", "Hong Kong, China"),
    "8.8.8.8": ("美国", "United States"),
    "2001:da8::1": ("2001:da8::/32", "2001:da8::/32"),
    "127.0.0.1": ("本机", "This computer"),
    "10.1.2.3": ("内部网络", "Internal network"),
    "nowhere": ("未知地点", "Unknown place"),
    "": ("未知地点", "Unknown place"),
}


@pytest.mark.parametrize(("address", "words"), WORDS.items())
def test_of_when_asked_in_two_languages_then_both_name_it(address, words):
    found = []
    for language in ("zh-hans", "en"):
        with override(language):
            found.append(places.of(address))
    assert tuple(found) == words


def test_key_when_the_province_is_the_same_then_equal_in_every_language():
    with override("en"):
        english = places.key("202.96.128.86")
    with override("zh-hans"):
        assert english == places.key("202.96.134.133") == "中国|广东省"
    assert places.key("114.114.114.114") != english
    assert places.key("10.0.0.1") == places.key("127.0.0.1") == "near"


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "is_new"), [("202.96.134.133", False), ("114.114.114.114", True)])
def test_sign_in_when_from_another_province_then_the_place_is_new(address, is_new):
    user = member()
    for number, each in enumerate(("202.96.128.86", address)):
        arrival = Arrival(address=each, agent=CHROME, device="d" * 32)
        sessions.open_session(user, key=f"k{number}", arrival=arrival, door="password")
    assert [each.is_new_place for each in SignIn.objects.order_by("at")] == [False, is_new]


@pytest.mark.django_db
def test_sign_in_when_known_by_its_network_from_before_then_the_place_is_not_new():
    user = member()
    arrival = Arrival(address="202.96.128.86", agent=CHROME, device="d" * 32)
    for key in ("k0", "k1"):
        sessions.open_session(user, key=key, arrival=arrival, door="password")
        SignIn.objects.update(place_index=blind_index("sign_in.place", "202.96.0.0/16"))
    assert not SignIn.objects.filter(is_new_place=True).exists()
