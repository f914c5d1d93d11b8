"""Words among staff: who is called in, what is found again, and that a user never reads them."""

import pytest

from huiyin.accounts import services as accounts
from huiyin.cases import selectors, services
from huiyin.cases.models import CASES, Mention, Note
from huiyin.cases.tests.factories import heard, organisation, staff
from huiyin.cases.tests.watching import fact, refused, telling
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    organisation()
    return staff()


def test_note_when_written_then_kept_found_and_hidden_from_the_user(agent):
    case = heard()
    with telling() as told:
        written = services.note(case, " 疑似重复扣款 ", by=agent.actor)
    case.refresh_from_db()
    assert told == ["case.noted"]
    assert fact("case.noted") == {"note": str(written.id), "mentions": []}
    assert (written.body, written.author_id, case.version, case.status) == (
        "疑似重复扣款",
        agent.id,
        2,
        "new",
    )
    assert CASES.find("疑似重复", limit=5) == [case.number]
    assert [item.body for item in selectors.timeline(case) if item.kind == "note"] == ["疑似重复扣款"]
    assert "疑似" not in str(selectors.timeline_for_user(case))


def test_note_when_system_writes_then_has_no_author(agent):
    services.note(heard(), "自动备注", by=SYSTEM)
    assert Note.objects.get().author_id is None


@pytest.mark.parametrize(
    "body",
    [
        "@zhaomin 请看",
        "请 @zhaomin 看",
        "请@zhaomin看一下",
        "看这里：@ZhaoMin，谢谢",
        "Please look, @zhaomin.",
        "(@zhaomin)",
        "@zhaomin",
        "@nobody @zhaomin @zhaomin",
    ],
)
def test_note_when_somebody_is_named_then_called_in_once(agent, body):
    other = staff("zhaomin", "senior")
    written = services.note(heard(), body, by=agent.actor)
    assert list(Mention.objects.values_list("user_id", "note_id")) == [(other.id, written.id)]
    assert fact("case.noted")["mentions"] == [str(other.id)]


@pytest.mark.parametrize(
    "body",
    ["mail@zhaomin", "wang@zhaomin.com", "@@zhaomin", "zhaomin", "@zhaominx", "@zhaomin-x", "a.@zhaomin"],
)
def test_note_when_it_only_looks_like_a_name_then_nobody_is_called(agent, body):
    staff("zhaomin", "senior")
    services.note(heard(), body, by=agent.actor)
    assert Mention.objects.count() == 0


def test_note_when_name_has_dots_then_the_whole_name_counts(agent):
    other = staff("zhao.min-2", "senior")
    services.note(heard(), "请 @zhao.min-2. 看", by=agent.actor)
    assert Mention.objects.get().user_id == other.id


def test_note_when_person_left_or_has_no_role_then_not_called(agent):
    gone = staff("gone")
    accounts.disable(gone, by=SYSTEM)
    accounts.create_user(username="customer", by=SYSTEM)
    services.note(heard(), "@gone @customer", by=agent.actor)
    assert Mention.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "code"), [("", "body_missing"), (" \n", "body_missing"), ("x" * 20_001, "body_too_long")]
)
def test_note_when_body_is_wrong_then_refuses(agent, body, code):
    case = heard()
    with refused(Invalid, code, field="body"):
        services.note(case, body, by=agent.actor)


def test_note_when_case_ended_then_still_written(agent):
    case = heard()
    services.solve(case, resolution="好了", by=agent.actor)
    services.confirm(case, by=case.contact.actor)
    services.note(case, "回访时提到", by=agent.actor)
    assert Note.objects.get().case_id == case.number


def test_see_mentions_when_looked_then_only_ones_own_are_answered(agent):
    case, other = heard(), staff("zhaomin", "senior")
    services.note(case, "@zhaomin @liming", by=agent.actor)
    services.see_mentions(case, user=other)
    assert [each.user.username for each in Mention.objects.filter(seen_at=None)] == ["liming"]
    assert Mention.objects.count() == 2
