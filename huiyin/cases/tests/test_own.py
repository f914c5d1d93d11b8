"""A contact whom a host site vouches for: what they ask is theirs, in every browser that they come by."""

import pytest
from django.test import Client

from huiyin.accounts.tests.test_identity_tokens import a_site, enter, shared_key, signed
from huiyin.accounts.tests.visitors import by_hand
from huiyin.cases.models import Case

pytestmark = pytest.mark.django_db


def test_requests_when_asked_while_vouched_for_then_stand_in_the_list_and_stay_there(client):
    key, secret = shared_key(a_site())
    enter(client, signed(key, secret))
    sent = client.post("/requests/new/", {"text": "订单没有发货", "contact": "", **by_hand()})
    assert sent.status_code == 302
    assert Case.objects.get().contact.identities.get(kind="external_id").value == "shop:42"
    elsewhere = Client()
    assert "订单没有发货" not in elsewhere.get("/requests/").content.decode()
    enter(elsewhere, signed(key, secret))
    assert "订单没有发货" in elsewhere.get("/requests/").content.decode()
