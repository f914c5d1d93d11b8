"""An external auditor opens every route that a guest may open: nothing there says who the user is (AUD-03).

The user's name, mailbox, phone, number, handle and city stand in every place of a case that holds words. The routes
are all that there are, so a page or an operation that is added later is read here too.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.accounts.models import Role, User
from huiyin.accounts.services import merging
from huiyin.accounts.services import people as staffing
from huiyin.accounts.services.contacts import Person
from huiyin.cases import services as cases
from huiyin.cases.models import Case
from huiyin.cases.tests import factories
from huiyin.core import attachments, clock
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid
from huiyin.core.tests.people import bearer, signed_in
from tests.architecture import source
from tests.architecture.test_access import METHODS, SAMPLES, operations
from tests.architecture.test_objects import Things, filled, parameters
from tests.architecture.test_routes import audience, routes

pytestmark = pytest.mark.django_db

NAME, OTHER = "欧阳若溪", "Quentin Zebrowski"
MAIL, PHONE, NUMBER = "ruoxi.ouyang@canary-mail.example", "13812345678", "KN90817263"
HANDLE, CITY = "小鹿乱撞", "克拉玛依"
CANARIES = (NAME, OTHER, "若溪", "Zebrowski", MAIL, "ruoxi.ouyang", PHONE, NUMBER, HANDLE, CITY)
SAID = f"我是{NAME}，网名{HANDLE}，住在{CITY}，邮箱{MAIL}，电话{PHONE}，会员号{NUMBER}，退款还没有到。"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060"
    "0000000500015ac5ee9d0000000049454e44ae426082"
)


@pytest.fixture
def guest(settings) -> User:
    settings.DEBUG = False
    factories.organisation()
    user = staffing.create_user(username="guest", display_name="Guest", by=SYSTEM)
    staffing.grant(user, role=Role.EXTERNAL, expires_at=clock.now() + timedelta(days=30), by=SYSTEM)
    return user


@pytest.fixture
def told() -> Case:
    """A case of that user, whose name is in everything that anybody wrote about it."""
    case = _heard()
    agent = factories.staff("wang")
    file = attachments.store(SimpleUploadedFile(f"{NAME}-{PHONE}.png", PNG, "image/png"), by=agent.actor)
    cases.note(case, f"{NAME} ({PHONE}) 打过电话，{OTHER}", files=(file.id,), by=agent.actor)
    cases.assign(_again(case), owner=agent, reason=f"{NAME} 要求换人", by=agent.actor)
    cases.reply(_again(case), f"{NAME}您好，我们打 {PHONE} 联系您，{CITY}的网点也可以办。", by=agent.actor)
    changed = {"subject": f"{NAME}的退款 {PHONE}", "tags": [NUMBER.lower(), HANDLE]}
    cases.change(_again(case), changed, version=_again(case).version, by=agent.actor)
    fixes = {"temporary_fix": f"给{MAIL}发了券", "lasting_fix": f"{NAME}的账户已改"}
    cases.solve(_again(case), resolution=f"已给{NAME}（{NUMBER}）退款", **fixes, by=agent.actor)
    cases.dispute(_again(case), score=1, comment=f"{NAME}没有收到，请打{PHONE}", by=case.contact.actor)
    Case.objects.filter(number=case.number).update(status="open")
    return _again(case)


def _heard() -> Case:
    person = Person.of(email=MAIL, phone=PHONE, external_id=NUMBER, name=NAME, verified=True)
    case = factories.heard(SAID, person=person, subject=f"{NAME}要退款", context={"page": f"/u/{NUMBER}"})
    contact = case.contact
    contact.city, contact.attributes = CITY, {"handle": HANDLE}
    contact.save(update_fields=["city", "attributes"])
    second = factories.heard("同一个人", person=Person.of(email="q.z@example.com", name=OTHER)).contact
    merging.merge(second, into=contact, by=SYSTEM)
    return case


def _again(case: Case) -> Case:
    return Case.objects.get(number=case.number)


def pages(things: Things) -> Iterator[tuple[str, str]]:
    """Every route of staff and its address about this case; lists with the searches that would find it."""
    for path, view in routes():
        if audience(view) == "staff":
            here = filled(path, things)
            yield path, here
            if not parameters(path):
                for query in ("view=all", "q=退款", f"q={PHONE}", f"q={MAIL}", f"q={NAME}", "unread=0"):
                    yield path, f"{here}?{query}"


def written(response: object) -> str:
    """All that an answer says, its headers included."""
    parts = getattr(response, "streaming_content", None) or [response.content]  # type: ignore[attr-defined]
    headers = " ".join(f"{name}: {value}" for name, value in response.items())  # type: ignore[attr-defined]
    return b"".join(parts).decode(errors="replace") + headers


def found_in(text: str, asked: str) -> list[str]:
    """The canaries in an answer, beside those that the question itself brought along."""
    return [word for word in CANARIES if word in text and word not in asked]


def test_pages_when_a_guest_opens_them_then_name_nobody(guest, told) -> None:
    client = signed_in(guest)
    client.raise_request_exception = False
    things = things_of_told(told)
    leaks, opened = {}, set()
    for path, here in pages(things):
        response = client.get(here)
        if response.status_code == 200:
            opened.add(path)
        if leaked := found_in(written(response), here):
            leaks[here] = leaked
    assert opened >= {"/desk/", "/desk/cases/", "/desk/cases/<str:number>/", "/desk/people/", "/desk/search/"}
    assert "/desk/people/<uuid:contact_id>/" in opened
    source.expect_none(leaks)


def test_fragments_when_a_guest_re_reads_them_then_name_nobody(guest, told) -> None:
    client = signed_in(guest)
    here = f"/desk/cases/{told.number}/"
    answers = {
        target: client.get(here, headers={"HX-Request": "true", "HX-Target": target})
        for target in ("timeline", "side", "detail", "case-rows")
    }
    source.expect_none({k: f for k, answer in answers.items() if (f := found_in(written(answer), ""))})


def test_operations_when_a_guest_asks_them_then_name_nobody(guest, told) -> None:
    scopes = ("cases:read", "contacts:read", "cases:write", "contacts:act", "articles:read")
    client = bearer(guest, *scopes)
    client.raise_request_exception = False
    leaks, opened = {}, set()
    for method, path, has_token in operations():
        if method == "GET" and has_token:
            here = _named(path, told)
            for asked in (here, f"{here}?q=退款", f"{here}?q={PHONE}", f"{here}?q={MAIL}"):
                response = client.get(asked)
                if response.status_code == 200:
                    opened.add(path)
                if leaked := found_in(written(response), asked):
                    leaks[asked] = leaked
    assert opened >= {"/api/v1/cases", "/api/v1/cases/{number}", "/api/v1/cases/{number}/timeline"}
    source.expect_none(leaks)


def test_whose_number_it_is_when_a_guest_searches_for_it_then_is_not_told(guest, told) -> None:
    client = signed_in(guest)
    for known in (PHONE, MAIL, NUMBER):
        assert str(told.contact_id) not in written(client.get(f"/desk/people/?q={known}"))
    for known in (PHONE, MAIL):
        assert f"/desk/cases/{told.number}/" not in written(client.get(f"/desk/search/?q={known}"))


def test_file_when_a_guest_asks_for_it_then_refused(guest, told) -> None:
    file = attachments.of([("note", str(note.id)) for note in told.notes.all()])
    (held,) = [each for files in file.values() for each in files]
    assert signed_in(guest).get(f"/desk/files/{held.id}/").status_code == 403


def test_ways_to_change_when_a_guest_tries_them_then_refused(guest, told) -> None:
    client = signed_in(guest)
    client.raise_request_exception = False
    things = things_of_told(told)
    entered = {}
    for path, view in routes():
        name = getattr(view, "__name__", "")
        if audience(view) == "staff" and name not in {"preference", "eyes_return"}:
            statuses = {m: getattr(client, m)(filled(path, things)).status_code for m in METHODS[1:]}
            entered |= {f"{m} {path}": s for m, s in statuses.items() if s not in {403, 405}}
    source.expect_none(entered)


def test_record_when_the_work_goes_on_after_a_guest_looked_then_keeps_the_name(guest, told) -> None:
    signed_in(guest).get(f"/desk/cases/{told.number}/")
    case = Case.objects.select_related("contact").get(number=told.number)
    assert (case.contact.name, case.subject) == (NAME, f"{NAME}的退款 {PHONE}")


def test_role_when_given_without_an_end_then_refused(guest) -> None:
    somebody = staffing.create_user(username="visitor", by=SYSTEM)
    with pytest.raises(Invalid) as refused:
        staffing.grant(somebody, role=Role.EXTERNAL, by=SYSTEM)
    assert (refused.value.code, somebody.grants.exists()) == ("until_needed", False)


def test_doors_when_the_visit_is_over_then_closed(guest, told) -> None:
    client = signed_in(guest)
    assert client.get("/desk/").status_code == 200
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert client.get("/desk/").status_code == 302


def things_of_told(case: Case) -> Things:
    message = case.conversation.messages.order_by("at").first()
    identity = case.contact.identities.first()
    assert message is not None and identity is not None
    return Things(str(case.number), str(case.contact_id), str(message.id), str(identity.id), SAMPLES["uuid"])


def _named(path: str, case: Case) -> str:
    """The operation's address about this case."""
    values = {"number": str(case.number), "contact_id": str(case.contact_id)}
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value).replace(f"{{uuid:{name}}}", value)
    return path
