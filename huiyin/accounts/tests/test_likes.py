"""Language and colours are kept with the account, and a new browser has them after signing in."""

import pytest
from django.test import Client

from huiyin.accounts import services
from huiyin.accounts.models import User
from huiyin.core.actors import SYSTEM
from huiyin.core.tests.people import signed_in, staff

pytestmark = pytest.mark.django_db
PASSWORD = "five green teapots 27"


def test_choice_when_signed_in_then_kept_with_the_account():
    user = staff("agent")
    client = signed_in(user)
    assert client.post("/language/", {"language": "en", "next": "/desk/"}).status_code == 302
    assert client.post("/theme/", {"theme": "dark", "next": "/desk/"}).status_code == 302
    kept = User.objects.get(id=user.id)
    assert (kept.language, kept.preferences["theme"]) == ("en", "dark")
    assert (client.cookies["language"].value, client.cookies["theme"].value) == ("en", "dark")


def test_choice_when_a_visitor_then_only_the_cookie():
    client = Client()
    client.post("/language/", {"language": "en"})
    client.post("/theme/", {"theme": "dark"})
    assert (client.cookies["language"].value, client.cookies["theme"].value) == ("en", "dark")
    assert User.objects.count() == 0


def test_choice_when_unknown_then_refused_and_nothing_is_kept():
    user = staff("agent")
    client = signed_in(user)
    assert client.post("/theme/", {"theme": "plaid"}).status_code == 400
    assert client.post("/language/", {"language": "tlh"}).status_code == 400
    kept = User.objects.get(id=user.id)
    assert ("theme" in kept.preferences, kept.language) == (False, user.language)


def test_sign_in_when_on_a_new_browser_then_speaks_and_looks_as_they_like():
    user = services.create_user(username="liming", password=PASSWORD, roles=("agent",), by=SYSTEM)
    services.prefer(user, name="theme", value="dark")
    User.objects.filter(id=user.id).update(language="en")
    client = Client()
    client.post("/desk/sign-in/", {"username": "liming", "password": PASSWORD})
    assert (client.cookies["language"].value, client.cookies["theme"].value) == ("en", "dark")
    assert 'data-theme="dark"' in client.get("/desk/").content.decode()
