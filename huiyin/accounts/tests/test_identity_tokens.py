"""A host site's word about its users: what it opens, and every way in which it is refused."""

import re
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.test import Client

from huiyin.accounts.models import Contact, HostKey, HostSite, Identity, SpentToken
from huiyin.accounts.models.sites import Why
from huiyin.accounts.services import contacts, identity_tokens, people
from huiyin.accounts.services import sites as services
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.models import AuditEntry, JournalEntry
from huiyin.core.tests.people import signed_in, staff

pytestmark = pytest.mark.django_db

SHOP = "https://shop.example.com"
GIVEN = {
    "name": "Shop",
    "issuer": SHOP,
    "namespace": "shop",
    "origins": [SHOP],
    "is_trusted": False,
    "demands_token": True,
}


def a_site(**given: Any) -> HostSite:
    return services.open_site({**GIVEN, **given}, by=SYSTEM)


def shared_key(site: HostSite) -> tuple[HostKey, str]:
    return services.add_key(site, algorithm="HS256", by=SYSTEM)


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {
        "iss": SHOP,
        "aud": settings.ORIGIN,
        "sub": "42",
        "jti": f"{time.time_ns()}",
        "iat": now,
        "exp": now + 300,
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def signed(key: HostKey, secret: Any, *, headers: dict[str, Any] | None = None, **changes: Any) -> str:
    whole = {"kid": key.kid, **(headers or {})}
    return jwt.encode(claims(**changes), secret, algorithm=key.algorithm, headers=whole)


def why(token: str, *, origin: str = SHOP) -> str:
    with pytest.raises(identity_tokens.IdentityRefused) as caught:
        identity_tokens.admit(token, origin=origin)
    return str(caught.value.why)


def test_token_when_good_then_names_one_contact_and_comes_back_to_it():
    site = a_site()
    key, secret = shared_key(site)
    contact, found = identity_tokens.admit(signed(key, secret, name="王芳"), origin=SHOP)
    again, _site = identity_tokens.admit(signed(key, secret), origin=SHOP)
    assert (found, again) == (site, contact)
    assert contact.name == "王芳"
    assert [each.value for each in contact.identities.all()] == ["shop:42"]
    assert JournalEntry.objects.filter(name="contact.created", subject=str(contact.id)).count() == 1


def test_numbers_when_two_sites_use_the_same_then_mean_two_people():
    first = a_site()
    second = a_site(issuer="https://game.example.com", namespace="game", origins=["https://game.example.com"])
    one, _ = identity_tokens.admit(signed(*shared_key(first)), origin=SHOP)
    key, secret = shared_key(second)
    other, _ = identity_tokens.admit(signed(key, secret, iss="https://game.example.com"))
    assert one != other


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": int(time.time()) - 3600, "iat": int(time.time()) - 3900}, Why.EXPIRED),
        ({"nbf": int(time.time()) + 600}, Why.EARLY),
        ({"iat": int(time.time()) + 600, "exp": int(time.time()) + 900}, Why.EARLY),
        ({"exp": int(time.time()) + 3600}, Why.LIFETIME),
        ({"aud": "https://elsewhere.example.com"}, Why.AUDIENCE),
        ({"aud": [settings.ORIGIN, "https://elsewhere.example.com"]}, Why.AUDIENCE),
        ({"iss": "https://elsewhere.example.com"}, Why.ISSUER),
        ({"iss": None}, Why.CLAIM),
        ({"aud": None}, Why.CLAIM),
        ({"exp": None}, Why.CLAIM),
        ({"iat": None}, Why.CLAIM),
        ({"jti": None}, Why.CLAIM),
        ({"jti": ""}, Why.CLAIM),
        ({"sub": None}, Why.CLAIM),
        ({"sub": 42}, Why.CLAIM),
        ({"sub": "  "}, Why.CLAIM),
        ({"sub": "4" * 129}, Why.CLAIM),
    ],
)
def test_token_when_a_claim_is_wrong_then_is_refused_for_that(changes, reason):
    key, secret = shared_key(a_site())
    assert why(signed(key, secret, **changes)) == reason
    assert (Contact.objects.count(), SpentToken.objects.count()) == (0, 0)


def test_token_when_used_twice_then_the_second_is_refused():
    key, secret = shared_key(a_site())
    token = signed(key, secret)
    identity_tokens.admit(token, origin=SHOP)
    assert why(token) == Why.REPLAY


def test_spent_tokens_when_they_would_have_expired_then_are_forgotten():
    key, secret = shared_key(a_site())
    identity_tokens.admit(signed(key, secret), origin=SHOP)
    kept = SpentToken.objects.get()
    assert identity_tokens.sweep_spent() == 0
    assert identity_tokens.sweep_spent(at=kept.expires_at + identity_tokens.LEEWAY) == 1


def pair(kind: str) -> tuple[Any, str]:
    made = (
        rsa.generate_private_key(65537, 2048) if kind == "RS256" else ec.generate_private_key(ec.SECP256R1())
    )
    pem = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), pem


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_token_when_signed_by_a_registered_pair_then_opens(algorithm):
    private, public = pair(algorithm)
    key, shown = services.add_key(a_site(), algorithm=algorithm, public_key=public, by=SYSTEM)
    contact, _site = identity_tokens.admit(signed(key, private), origin=SHOP)
    assert (shown, contact.identities.get().value) == ("", "shop:42")


def test_token_when_its_algorithm_is_not_the_keys_then_is_refused():
    """The public key as a shared secret, no signature at all, and another hash than was agreed."""
    private, public = pair("RS256")
    key, _ = services.add_key(a_site(), algorithm="RS256", public_key=public, by=SYSTEM)
    hmac_key = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    unsigned = jwt.encode(claims(), None, algorithm="none", headers={"kid": key.kid})
    assert why(unsigned) == Why.ALGORITHM
    head, body = jwt.encode(claims(), "x" * 32, algorithm="HS256", headers={"kid": key.kid}).split(".")[:2]
    seal = jwt.utils.base64url_encode(hmac_key.sign(f"{head}.{body}".encode(), public.encode())).decode()
    assert why(f"{head}.{body}.{seal}") == Why.ALGORITHM
    assert why(jwt.encode(claims(), private, algorithm="RS512", headers={"kid": key.kid})) == Why.ALGORITHM


def test_token_when_forged_or_of_no_known_key_then_is_refused():
    key, secret = shared_key(a_site())
    assert why(signed(key, "another secret, long enough to be taken")) == Why.SIGNATURE
    assert why(signed(key, secret, headers={"kid": "hs_nobody"})) == Why.KEY
    assert why(signed(key, secret)[:-2] + "AA") == Why.SIGNATURE
    assert why("not.a.token") == Why.MALFORMED
    assert why(jwt.encode(claims(), secret, algorithm="HS256")) == Why.MALFORMED
    assert why("x" * 9000) == Why.MALFORMED


def test_keys_when_two_are_live_then_both_open_and_a_revoked_one_does_not():
    site = a_site()
    old, new = shared_key(site), shared_key(site)
    for pair_ in (old, new):
        identity_tokens.admit(signed(*pair_), origin=SHOP)
    with pytest.raises(Conflict) as caught:
        shared_key(site)
    assert caught.value.code == "keys_enough"
    services.revoke_key(site, old[0].kid, by=SYSTEM)
    assert why(signed(*old)) == Why.KEY
    assert identity_tokens.admit(signed(*new), origin=SHOP)[1] == site
    told = list(JournalEntry.objects.filter(subject=str(site.id)).values_list("name", flat=True))
    assert told == ["host_site.opened", "host_key.added", "host_key.added", "host_key.revoked"]


def test_page_when_no_origin_of_the_site_then_is_refused():
    key, secret = shared_key(a_site())
    assert why(signed(key, secret), origin="https://evil.example.com") == Why.ORIGIN
    assert why(signed(key, secret), origin="null") == Why.ORIGIN


def test_page_without_a_token_when_the_site_demands_one_then_is_refused():
    strict = a_site()
    a_site(issuer="i", namespace="open", origins=["https://open.example.com"], demands_token=False)
    assert why("") == Why.MISSING
    assert why("", origin="https://unknown.example.com") == Why.MISSING
    contact, site = identity_tokens.admit("", origin="https://open.example.com")
    assert (contact, site.namespace) == (None, "open")
    assert strict.demands_token


def known(address: str, *, verified: bool) -> Contact:
    person = contacts.Person.of(email=address, verified=verified)
    return contacts.register(person, by=SYSTEM)[0]


@pytest.mark.parametrize(
    ("is_trusted", "verified", "joins"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_address_when_known_then_leads_to_its_contact_only_with_proof_on_both_sides(
    is_trusted, verified, joins
):
    owner = known("wang@example.com", verified=verified)
    key, secret = shared_key(a_site(is_trusted=is_trusted))
    contact, _ = identity_tokens.admit(signed(key, secret, email="wang@example.com"), origin=SHOP)
    assert (contact == owner) is joins
    assert Identity.objects.get(kind="email").contact == owner


def test_address_when_two_accounts_of_a_site_share_it_then_they_stay_two_people():
    key, secret = shared_key(a_site(is_trusted=True))
    one, _ = identity_tokens.admit(signed(key, secret, email="home@example.com"), origin=SHOP)
    other, _ = identity_tokens.admit(signed(key, secret, sub="43", email="home@example.com"), origin=SHOP)
    assert one != other
    assert Identity.objects.get(kind="email").contact == one


def bare(page: bytes) -> bytes:
    """The page without what is new on every page: the code to quote, the key of its forms."""
    return re.sub(rb'value="[A-Za-z0-9]{64}"|\b[A-Z2-9]{8}\b', b"", page)


def test_refusal_when_written_down_then_tells_builders_and_not_the_user(client):
    site = a_site()
    key, secret = shared_key(site)
    token = signed(key, secret, aud="https://elsewhere.example.com")
    answer = client.post("/identity/", {"token": token}, headers={"Origin": SHOP})
    other = client.post("/identity/", {"token": "nonsense"}, headers={"Origin": SHOP})
    assert (answer.status_code, other.status_code) == (403, 403)
    assert bare(answer.content) == bare(other.content)
    row = AuditEntry.objects.get(action="identity.refused", object_id=str(site.id))
    assert (row.result, '"why":"audience"' in row.detail.replace(" ", "")) == ("refused", True)
    page = signed_in(staff("admin")).get(f"/admin/sites/{site.id}/", headers={"Accept-Language": "en"})
    assert "aud is not the address" in page.content.decode()


def enter(client: Client, token: str, **more: str) -> Any:
    return client.post("/identity/", {"token": token, **more}, headers={"Origin": SHOP})


def test_door_when_the_token_is_good_then_opens_ones_own_requests_under_a_fresh_key(client):
    key, secret = shared_key(a_site())
    answer = enter(client, signed(key, secret))
    assert (answer.status_code, answer["Location"]) == (302, "/requests/")
    first = client.cookies[settings.SESSION_COOKIE_NAME].value
    enter(client, signed(key, secret))
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != first
    page = client.get("/requests/", headers={"Accept-Language": "en"}).content.decode()
    assert "You have not asked us anything yet" in page


def test_door_when_another_person_was_signed_in_then_nothing_of_theirs_is_left():
    client = signed_in(staff("agent"))
    key, secret = shared_key(a_site())
    enter(client, signed(key, secret))
    assert client.get("/desk/").status_code == 302
    assert set(client.session.keys()) >= {"vouched"}
    assert "_auth_user_id" not in client.session


def test_door_when_next_is_elsewhere_then_leads_to_ones_requests(client):
    key, secret = shared_key(a_site())
    assert enter(client, signed(key, secret), next="https://evil.example.com/")["Location"] == "/requests/"
    assert enter(client, signed(key, secret), next="/requests/new/")["Location"] == "/requests/new/"


def test_door_when_asked_by_json_then_answers_json(client):
    key, secret = shared_key(a_site())
    good = client.post("/identity/", {"token": signed(key, secret)}, content_type="application/json")
    bad = client.post("/identity/", {"token": 7}, content_type="application/json")
    assert (good.status_code, good.json()) == (200, {"next": "/requests/"})
    assert (bad.status_code, bad.json()["code"]) == (403, "identity_refused")


def test_site_when_closed_then_those_it_let_in_are_out(client):
    site = a_site()
    key, secret = shared_key(site)
    enter(client, signed(key, secret))
    services.close_site(site, by=SYSTEM)
    page = client.get("/requests/", headers={"Accept-Language": "en"}).content.decode()
    assert "No request is known in this browser" in page
    assert why(signed(key, secret)) == Why.KEY


def test_account_when_closed_then_the_site_opens_nothing_for_it(client):
    key, secret = shared_key(a_site())
    contact, _ = identity_tokens.admit(signed(key, secret), origin=SHOP)
    contact.user = people.create_user(username="wang", by=SYSTEM)
    contact.save()
    enter(client, signed(key, secret))
    people.disable(contact.user, by=SYSTEM)
    page = client.get("/requests/", headers={"Accept-Language": "en"}).content.decode()
    assert "No request is known in this browser" in page
    assert why(signed(key, secret)) == Why.CLOSED


@pytest.mark.parametrize(
    "origin",
    ["http://shop.example.com", "https://shop.example.com/path", "shop.example.com", "https://a@b.c", ""],
)
def test_site_when_an_address_is_no_origin_then_is_refused(origin):
    with pytest.raises(Invalid) as caught:
        a_site(origins=[origin] if origin else [])
    assert caught.value.data["field"] == "origins"


def test_key_when_no_fitting_public_key_then_is_refused():
    site = a_site()
    _private, curve = pair("ES256")
    for pem in ("", "nonsense", curve):
        with pytest.raises(Invalid) as caught:
            services.add_key(site, algorithm="RS256", public_key=pem, by=SYSTEM)
        assert caught.value.data["field"] == "public_key"
    assert HostKey.objects.count() == 0


def test_pages_when_an_administrator_adds_a_site_then_the_secret_is_shown_once():
    client = signed_in(staff("admin"))
    made = client.post("/admin/sites/", {**GIVEN, "origins": SHOP, "is_trusted": ""})
    site = HostSite.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/admin/sites/{site.id}/")
    shown = client.post(f"/admin/sites/{site.id}/keys/", {"algorithm": "HS256", "public_key": ""})
    key = site.keys.get()
    assert key.secret in shown.content.decode()
    assert key.secret not in client.get(f"/admin/sites/{site.id}/").content.decode()
    client.post(f"/admin/sites/{site.id}/keys/{key.kid}/revocation/")
    assert site.keys.filter(revoked_at=None).count() == 0
    wrong = client.post("/admin/sites/", {**GIVEN, "origins": "nonsense", "issuer": "other"})
    assert (wrong.status_code, "nonsense" in wrong.content.decode()) == (400, True)


def test_snippet_for_builders_when_run_then_signs_what_the_door_takes(client):
    text = (Path(settings.ROOT) / "docs/api/identity.md").read_text(encoding="utf-8")
    code = re.search(r"<!-- test: python -->\n```python\n(.*?)```", text, re.S)
    names: dict[str, Any] = {}
    exec(compile(code.group(1), "identity.md", "exec"), names)
    key, secret = shared_key(a_site())
    user = {"id": "42", "name": "王芳", "email": "wang@example.com"}
    token = names["sign_identity"](user, kid=key.kid, secret=secret, issuer=SHOP, audience=settings.ORIGIN)
    assert enter(client, token).status_code == 302
    assert Contact.objects.get().name == "王芳"
