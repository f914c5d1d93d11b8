"""Lines, teams, products and people: what changes is seen at once, and who hears first."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from huiyin.accounts import selectors, services
from huiyin.accounts.models import Grant, Membership, Team, User
from huiyin.core import clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.models import JournalEntry

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery staple 7"


@pytest.fixture
def line():
    return services.open_line(key="music-line", name_zh="音乐", name_en="Music")


def team(key: str, **given) -> Team:
    return services.add_team(key=key, name_zh="队", name_en="Team", **given)


def person(name: str, *roles: str) -> User:
    return services.create_user(username=name, roles=roles, by=SYSTEM)


def test_add_team_when_first_then_default_and_no_other_is(line):
    Team.objects.all().delete()
    assert [team("one").is_default, team("two", line=line).is_default] == [True, False]


@pytest.mark.parametrize(
    "add",
    [
        lambda line: services.open_line(key="music-line", name_zh="又", name_en="Again"),
        lambda line: [team("same"), team("same")],
        lambda line: [
            services.add_product(key="p", name_zh="云", name_en="Cloud", line=line) for _ in range(2)
        ],
    ],
    ids=["line", "team", "product"],
)
def test_add_when_key_is_taken_then_the_table_refuses(line, add):
    with pytest.raises(IntegrityError), transaction.atomic():
        add(line)


def test_name_when_asked_in_a_language_then_in_that_language(line):
    for language, name in (("zh-hans", "音乐"), ("en", "Music")):
        with translation.override(language):
            assert str(line) == name


def test_directory_when_anything_changes_then_seen_at_the_next_question(line):
    before = selectors.directory()
    product = services.add_product(key="p", name_zh="云", name_en="Cloud", line=line)
    assert before.product("p") is None
    assert selectors.directory().product("p") == product


def test_directory_when_nothing_changed_then_asks_once(django_assert_num_queries):
    selectors.directory()
    with django_assert_num_queries(0):
        selectors.directory()


def test_team_for_when_product_has_a_team_then_that_one_else_the_default(line):
    default = Team.objects.filter(is_default=True).first() or team("first")
    own = team("own", line=line)
    with_team = services.add_product(key="a", name_zh="甲", name_en="A", line=line, team=own)
    without = services.add_product(key="b", name_zh="乙", name_en="B", line=line)
    directory = selectors.directory()
    assert [directory.team_for(each) for each in (with_team, without, None)] == [own, default, default]


def test_product_when_not_sold_any_more_then_unknown_to_new_voices(line):
    product = services.add_product(key="p", name_zh="云", name_en="Cloud", line=line)
    product.is_active = False
    product.save(update_fields=["is_active"])
    selectors.forget_directory()
    assert selectors.directory().product("p") is None


def test_add_member_when_twice_then_once_and_known_to_the_directory():
    user, group = person("liming", "agent"), team("one")
    services.add_member(group, user=user)
    services.add_member(group, user=user)
    assert Membership.objects.filter(user=user).count() == 1
    assert selectors.directory().teams_of(user) == {group.id}


def test_create_user_when_named_then_signs_in_by_any_case_and_is_told():
    user = services.create_user(
        username=" LiMing ", password=GOOD, email="Li@Example.com", roles=("agent", "senior"), by=SYSTEM
    )
    assert (user.username, User.objects.get_by_natural_key("LIMING")) == ("liming", user)
    assert user.check_password(GOOD) and user.roles == {"agent", "senior"}
    told = JournalEntry.objects.filter(subject=str(user.id)).values_list("name", flat=True)
    assert list(told) == ["user.created", "grant.given", "grant.given"]
    assert "li" not in str(list(JournalEntry.objects.values_list("data", flat=True))).replace("line", "")


def test_create_user_when_no_password_then_none_fits():
    assert not person("liming").has_usable_password()


@pytest.mark.parametrize(
    ("given", "kind", "field"),
    [
        ({"username": "  "}, Invalid, "username"),
        ({"username": "TAKEN"}, Conflict, "username"),
        ({"username": "a", "roles": ("king",)}, Invalid, "role"),
        ({"username": "a", "password": "short"}, Invalid, "password"),
        ({"username": "a", "password": "password"}, Invalid, "password"),
        ({"username": "a", "password": "x" * 129}, Invalid, "password"),
    ],
)
def test_create_user_when_wrong_then_nobody_is_made(given, kind, field):
    person("taken")
    before = (User.objects.count(), Grant.objects.count(), JournalEntry.objects.count())
    with pytest.raises(kind) as caught:
        services.create_user(**given, by=SYSTEM)
    assert caught.value.data["field"] == field
    assert (User.objects.count(), Grant.objects.count(), JournalEntry.objects.count()) == before


def test_grant_when_it_ends_then_the_role_does_too():
    user, end = person("liming"), clock.now() + timedelta(days=1)
    services.grant(user, role="supervisor", expires_at=end, by=SYSTEM)
    assert User.objects.get(id=user.id).roles == {"supervisor"}
    with clock.frozen(end):
        late = User.objects.get(id=user.id)
        assert (late.roles, late.is_staff_member) == (frozenset(), False)
        assert user not in selectors.staff()


def test_staff_when_disabled_or_without_role_then_not_among_them():
    here, gone, customer = person("here", "agent"), person("gone", "agent"), person("customer")
    services.disable(gone, by=SYSTEM)
    assert set(selectors.staff()) == {here}
    assert (gone.is_staff_member, customer.is_staff_member) == (False, False)


def test_prefer_when_known_then_kept_beside_the_others():
    user = person("liming", "agent")
    services.prefer(user, name="theme", value="dark")
    services.prefer(user, name="density", value="compact")
    user.refresh_from_db()
    assert user.preferences == {"theme": "dark", "density": "compact"}
    with pytest.raises(Invalid):
        services.prefer(user, name="salary", value=1)
