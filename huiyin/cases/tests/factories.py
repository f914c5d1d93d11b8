"""Organisation and voices for tests of cases."""

from uuid import uuid4

from huiyin.accounts import services as accounts
from huiyin.accounts.models import Product, Team, User
from huiyin.accounts.selectors import forget_directory
from huiyin.accounts.services.contacts import Person
from huiyin.cases import services
from huiyin.cases.models import Case
from huiyin.cases.selectors.rulebook import forget_rulebook, hours_in
from huiyin.core.actors import SYSTEM
from huiyin.voices.services import Spoken


def organisation() -> Team:
    """Calendars, policies and the default team, read afresh."""
    services.install()
    forget_rulebook()
    forget_directory()
    hours_in.cache_clear()
    return Team.objects.get(is_default=True)


def staff(username: str = "liming", *roles: str) -> User:
    """Somebody at the desk, in the default team."""
    user = accounts.create_user(
        username=username, display_name=username.title(), roles=roles or ("agent",), by=SYSTEM
    )
    accounts.add_member(Team.objects.get(is_default=True), user=user)
    forget_directory()
    return user


def product(key: str = "music") -> Product:
    line = accounts.open_line(key=f"{key}-line", name_zh="音乐", name_en="Music")
    made = accounts.add_product(key=key, name_zh="云音", name_en="Cloudtone", line=line)
    forget_directory()
    return made


def spoken(text: str = "付款成功但会员没有到账", **values: object) -> Spoken:
    """A voice by e-mail of somebody new, unless `person` says who."""
    person = values.pop("person", None) or Person.of(email=f"{uuid4().hex[:10]}@example.com", name="王芳")
    return Spoken(source=str(values.pop("source", "form")), text=text, person=person, **values)  # type: ignore[arg-type]


def heard(text: str = "付款成功但会员没有到账", **values: object) -> Case:
    """A case as intake makes it."""
    return services.hear(spoken(text, **values), by=SYSTEM).case
