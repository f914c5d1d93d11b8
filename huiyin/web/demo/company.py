"""Sets up the fictional company by the real services: lines, teams, products, people, customers, views."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from huiyin.accounts import services as accounts
from huiyin.accounts.models import BusinessLine, Contact, Role, Team, User
from huiyin.accounts.services.contacts import Person
from huiyin.cases import services as cases
from huiyin.core import clock, journal
from huiyin.core.actors import SYSTEM
from huiyin.web.demo import content
from huiyin.web.demo.content import Customer

FOUNDED = timedelta(days=400)
OPEN = "status=new,open,pending_user,pending_third_party"
VIEWS = (
    ("zhangmin", "加急与高优先级", f"{OPEN}&priority=urgent,high", True),
    ("zhangmin", "待解决的投诉", f"{OPEN}&kind=complaint", True),
    ("liming", "微信来的", f"{OPEN}&channel=wechat", False),
    ("gaoxiang", "Open platform", "product=yunzha-open", False),
)


@dataclass(frozen=True)
class Cast:
    """Who is on stage: staff by user name, customers by name with what a voice tells of them."""

    staff: Mapping[str, User]
    customers: Mapping[str, Contact]

    def person(self, customer: Customer) -> Person:
        """A customer as every channel knows them: by account number."""
        return Person(
            known={"external_id": account_number(customer)}, name=customer.name, language=customer.lang
        )


def found(now: datetime, *, password: str) -> Cast:
    """The whole organisation, as if it had been set up a year ago."""
    with clock.frozen(now - FOUNDED):
        staff = {each.username: _employ(each) for each in content.members()}
        _let_in(staff.values(), password)
        _relax_doors()
        lines = {
            row.key: accounts.open_line(key=row.key, name_zh=row.zh, name_en=row.en, owner=staff[row.owner])
            for row in content.lines()
        }
        teams = _teams(lines, staff)
        for row in content.products():
            accounts.add_product(
                key=row.key,
                name_zh=row.zh,
                name_en=row.en,
                line=lines[row.line],
                team=teams[content.team_of(row.key)],
                aliases=row.aliases,
            )
    for username, name, query, shared in VIEWS:
        cases.save_view(user=staff[username], name=name, query=query, is_shared=shared)
    return Cast(staff, {row.name: _meet(row) for row in content.customers()})


def account_number(customer: Customer) -> str:
    """The customer's number with the company; by it the customer is known on every channel."""
    return f"IK{20_001 + content.customers().index(customer):06d}"


def _employ(member: content.Member) -> User:
    user = accounts.create_user(
        username=member.username,
        display_name=member.zh,
        email=f"{member.username}@example.com",
        roles=(member.role,),
        by=SYSTEM,
    )
    return accounts.prefer(user, name="name_en", value=member.en)


def _let_in(staff: Iterable[User], password: str) -> None:
    """One password for all, hashed once: a hash is dear by design, and equal ones tell nothing new here."""
    first, *others = staff
    accounts.set_password(first, password, by=SYSTEM)
    User.objects.filter(id__in=[each.id for each in others]).update(password=first.password)


def _relax_doors() -> None:
    """Who looks around in a demonstration has no authenticator app at hand; a real house asks leaders for one."""
    for role in Role.values:
        accounts.rule_role(role, needs_second_factor=False, by=SYSTEM)


def _teams(lines: Mapping[str, BusinessLine], staff: Mapping[str, User]) -> dict[str, Team]:
    teams = {}
    for row in content.teams():
        line = next((lines[key] for key in row.products if key in lines), None)
        team = accounts.add_team(key=row.key, name_zh=row.zh, name_en=row.en, line=line)
        joined = [each for each in content.members() if row.key in each.teams]
        for member in joined:
            accounts.add_member(team, user=staff[member.username])
        leads = [each for each in joined if each.role == "supervisor"]
        if leads:
            team.lead = staff[leads[0].username]
            team.save(update_fields=["lead"])
        teams[row.key] = team
    return teams


def _meet(customer: Customer) -> Contact:
    """The customer as they registered, years ago or last month; all they gave is verified."""
    registered = datetime.combine(customer.registered, time(4), UTC)
    person = Person.of(
        external_id=account_number(customer),
        email=customer.email,
        phone=customer.phone,
        name=customer.name,
        language=customer.lang,
        verified=True,
    )
    with clock.frozen(registered):
        contact, facts = accounts.find_or_create(person, by=SYSTEM)
        journal.publish_all(facts, by=SYSTEM)
        contact.city = customer.city
        contact.tier = customer.tier
        contact.attributes = {"handle": customer.handle} if customer.handle else {}
        contact.save(update_fields=["city", "tier", "attributes"])
    return contact
