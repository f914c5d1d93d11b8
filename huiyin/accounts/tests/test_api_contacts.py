"""The directory of contacts over the API: known once, found whole, never by a part, never by the wrong role."""

import pytest
from django.db import connection

from huiyin.accounts.models import Contact, Identity
from huiyin.accounts.services import contacts
from huiyin.accounts.services.contacts import Person
from huiyin.core.actors import SYSTEM
from huiyin.core.models import JournalEntry
from huiyin.core.tests.people import bearer, staff

pytestmark = pytest.mark.django_db
API = "/api/v1/contacts"
WANG = {"external_id": "u-1", "email": "Wang@Example.com", "phone": "138 0013 8000", "name": " 王芳 "}
SCOPES = ("contacts:read", "voices:write")


@pytest.fixture
def program():
    return bearer(staff("agent"), *SCOPES)


def post(program, body):
    return program.post(API, body, content_type="application/json")


def fields(answered) -> list[str]:
    return [error["field"] for error in answered.json()["errors"]]


def test_post_when_new_then_made_verified_and_told_without_a_name(program):
    answered = post(program, WANG)
    told = answered.json()
    assert (answered.status_code, told["name"], told["tier"]) == (201, "王芳", "standard")
    assert {each["kind"] for each in told["identities"]} == {"external_id", "email", "phone"}
    assert all(each["verified_at"] for each in told["identities"])
    fact = JournalEntry.objects.get(name="contact.created")
    assert (fact.subject, fact.data) == (told["id"], {})


@pytest.mark.parametrize(
    "again",
    [{"email": " wang@example.COM "}, {"phone": "13800138000"}, {"external_id": "u-1", "name": "别人"}],
)
def test_post_when_known_by_any_identity_then_200_as_they_are(program, again):
    first = post(program, WANG).json()
    answered = post(program, again)
    assert (answered.status_code, answered.json()) == (200, first)
    assert (Contact.objects.count(), Identity.objects.count()) == (1, 3)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"name": "王芳"}, "email"),
        ({"email": "  "}, "email"),
        ({"email": "wang"}, "email"),
        ({"email": "wang@example"}, "email"),
        ({"email": "a b@example.com"}, "email"),
        ({"email": "x" * 255}, "email"),
        ({"phone": "1234"}, "phone"),
        ({"external_id": 7}, "external_id"),
        ({"name": "x" * 121, "email": "a@b.cn"}, "name"),
        ({"email": "a@b.cn", "tier": "vip"}, "tier"),
    ],
)
def test_post_when_input_is_wrong_then_400_names_the_field_and_makes_nobody(program, body, field):
    answered = post(program, body)
    assert (answered.status_code, fields(answered)) == (400, [field])
    assert Contact.objects.count() == JournalEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "scopes", "writes", "reads"),
    [
        ("agent", SCOPES, 201, 200),
        ("auditor", SCOPES, 403, 200),
        ("engineer", SCOPES, 403, 200),
        ("agent", ("contacts:read",), 403, 200),
        ("agent", ("voices:write",), 201, 403),
    ],
)
def test_call_when_role_or_scope_is_not_for_it_then_403(role, scopes, writes, reads):
    program = bearer(staff(role), *scopes)
    assert (post(program, WANG).status_code, program.get(API).status_code) == (writes, reads)
    assert Contact.objects.count() == int(writes == 201)


def test_call_when_user_has_no_role_then_403_for_list_and_contact_alike():
    user = staff("agent")
    contact, _is_new = contacts.register(Person.of(email="a@b.cn"), by=SYSTEM)
    user.grants.all().delete()
    program = bearer(user, *SCOPES)
    assert program.get(API).status_code == program.get(f"{API}/{contact.id}").status_code == 403


@pytest.mark.parametrize("key", ["01890000-0000-7000-8000-000000000000", "x", "1"])
def test_read_when_absent_then_404(program, key):
    assert program.get(f"{API}/{key}").status_code in (404, 400)
    assert "王芳" not in program.get(f"{API}/{key}").content.decode()


def test_list_when_paged_then_newest_first_and_each_once(program):
    made = [post(program, {"external_id": str(n)}).json()["id"] for n in range(3)]
    first = program.get(API, {"limit": 2}).json()
    rest = program.get(API, {"limit": 2, "cursor": first["next"]}).json()
    assert [each["id"] for each in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None


def test_list_when_longer_then_costs_no_more_statements(program, django_assert_max_num_queries):
    for n in range(3):
        post(program, {"external_id": str(n), "email": f"{n}@example.com"})
    program.get(API)
    with django_assert_max_num_queries(4):  # two of them only when the token was read over two seconds ago
        assert len(program.get(API).json()["items"]) == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("wang@example.com", True),
        ("WANG@EXAMPLE.COM", True),
        ("13800138000", True),
        ("u-1", True),
        ("wang", False),
        ("%", False),
        ("1380013800", False),
        ("王芳", False),
        ("' OR 1=1 --", False),
    ],
)
def test_list_when_searched_then_only_by_the_whole_of_what_is_known(program, query, found):
    post(program, WANG)
    assert len(program.get(API, {"q": query}).json()["items"]) == int(found)


def test_stored_when_made_then_no_column_can_be_read_without_the_key(program):
    post(program, WANG)
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM accounts_identity UNION ALL SELECT name FROM accounts_contact")
        stored = str(cursor.fetchall())
    assert not any(word in stored for word in ("wang", "138", "王芳"))


def test_correct_when_something_differs_then_told_which_field_and_not_what():
    contact, _is_new = contacts.register(Person.of(email="a@b.cn", name="王芳"), by=SYSTEM)
    contacts.correct(contact, name="王方", tier="vip", by=SYSTEM)
    contacts.correct(contact, name="王方", by=SYSTEM)
    facts = JournalEntry.objects.filter(name="contact.corrected")
    assert [fact.data for fact in facts] == [{"fields": ["name", "tier"]}]
    contact.refresh_from_db()
    assert (contact.name, contact.tier) == ("王方", "vip")
