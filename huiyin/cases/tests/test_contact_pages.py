"""The page of a person: their cases under every contact they are, merged and two again."""

import pytest

from huiyin.accounts.models import Contact, ContactMerge
from huiyin.accounts.services.contacts import Person
from huiyin.cases.tests.factories import heard, organisation
from huiyin.core.ids import uuid7
from huiyin.core.tests.people import signed_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    organisation()
    return [heard(person=Person.of(email=f"{name}@example.com", name=name)) for name in ("wang", "fang")]


def test_merge_page_when_found_and_compared_then_shows_both_and_changes_nothing(two):
    wang, fang = two[0].contact, two[1].contact
    client = signed_in(staff("agent"))
    page = client.get(f"/desk/people/{wang.id}/merge/", {"q": "fang@example.com", "other": str(fang.id)})
    assert [each["id"] for each in page.context["found"]] == [fang.id]
    both = page.context["both"]
    assert (both["kept"]["case_count"], both["gone"]["case_count"], both["gone_open"]) == (1, 1, 1)
    assert Contact.objects.exclude(merged_into=None).count() == 0


def test_merge_page_when_said_then_one_person_with_both_cases_and_undone_again(two):
    wang, fang = two[0].contact, two[1].contact
    client = signed_in(staff("agent"))
    assert client.post(f"/desk/people/{wang.id}/merge/", {"other": str(fang.id)}).status_code == 302
    page = client.get(f"/desk/people/{fang.id}/", follow=True)
    assert page.redirect_chain == [(f"/desk/people/{wang.id}/", 302)]
    assert {row.number for row in page.context["open_cases"]} == {case.number for case in two}
    assert [each["name"] for each in page.context["merges"]] == ["fang"]
    listed = client.get("/desk/people/").context["people"]
    assert [line["id"] for line in listed] == [wang.id]
    merge = ContactMerge.objects.get()
    assert client.post(f"/desk/people/merges/{merge.id}/undoing/").status_code == 302
    assert len(client.get("/desk/people/").context["people"]) == 2


def test_case_page_when_merged_then_shows_the_other_case_too(two):
    client = signed_in(staff("agent"))
    client.post(f"/desk/people/{two[0].contact_id}/merge/", {"other": str(two[1].contact_id)})
    page = client.get(f"/desk/cases/{two[1].number}/")
    assert [row.number for row in page.context["open_cases"]] == [two[0].number]


def test_merge_page_when_it_cannot_be_then_says_why_and_changes_nothing(two):
    client = signed_in(staff("agent"))
    wang = two[0].contact
    answer = client.post(f"/desk/people/{wang.id}/merge/", {"other": str(wang.id)})
    assert (answer.status_code, bool(answer.context["fault"])) == (400, True)
    assert client.post(f"/desk/people/{wang.id}/merge/", {"other": str(uuid7())}).status_code == 404
    assert client.post(f"/desk/people/{wang.id}/merge/", {"other": "x"}).status_code == 404
    assert ContactMerge.objects.count() == 0


def test_merge_when_forbidden_then_403_and_nothing_changes(two):
    client = signed_in(staff("auditor"))
    wang, fang = two[0].contact, two[1].contact
    assert client.post(f"/desk/people/{wang.id}/merge/", {"other": str(fang.id)}).status_code == 403
    assert "/merge/" not in client.get(f"/desk/people/{wang.id}/").content.decode()
    assert ContactMerge.objects.count() == 0
