"""There is one search for visitors; its former address leads there, and the front page asks it."""

import pytest
from django.test import Client

from huiyin.accounts import services as accounts
from huiyin.core.actors import SYSTEM
from huiyin.core.tests.people import signed_in

pytestmark = pytest.mark.django_db


def test_search_when_asked_at_the_former_address_then_led_to_the_one_search():
    answer = Client().get("/search/", {"q": "退款 & 发票", "from": "form"})
    assert (answer.status_code, answer.url) == (301, "/kb/search?q=%E9%80%80%E6%AC%BE+%26+%E5%8F%91%E7%A5%A8")
    assert Client().get(answer.url).context["q"] == "退款 & 发票"


def test_home_when_opened_then_asks_the_one_search_and_says_its_name_once():
    page = Client(headers={"Accept-Language": "en"}).get("/").content.decode()
    assert (page.count('action="/kb/search"'), page.count('data-answers-url="/kb/search"')) == (1, 1)
    assert "<title>How can we help? · Help centre</title>" in page


def test_name_when_one_in_english_is_known_then_readers_of_english_see_it():
    user = accounts.create_user(username="liming", display_name="李明", roles=("agent",), by=SYSTEM)
    accounts.prefer(user, name="name_en", value="Ming Li")
    client = signed_in(user)
    assert "Ming Li" in client.get("/desk/?lang=en").content.decode()
    assert "李明" in client.get("/desk/?lang=zh-hans").content.decode()
