"""One of each thing that a page is about, put into a house by the real services: `print_things` tells their names.

It runs inside the house, by `huiyin shell`; the tests read what it prints.
"""

import json
import re
from datetime import timedelta

from huiyin.accounts import addresses
from huiyin.accounts import services as accounts
from huiyin.accounts.models import Contact, User
from huiyin.accounts.services import clients, invitations, sites
from huiyin.accounts.services.contacts import Person
from huiyin.accounts.services.trust import Trust
from huiyin.assistant.services import flow_actions
from huiyin.cases import selectors as cases
from huiyin.cases.models import Case, CaseField, Macro, Script, Status
from huiyin.cases.services import FieldWords, keep_field
from huiyin.core import clock
from huiyin.core.actors import SYSTEM, Actor
from huiyin.core.models import OutgoingMail
from huiyin.core.webhooks import endpoints
from huiyin.insights.models import Member, Swell, Topic
from huiyin.knowledge.models import Import
from huiyin.privacy import links
from huiyin.privacy import services as privacy
from huiyin.privacy.models import Guardianship
from huiyin.voices.models import Voice

APP = {"name": "记账本", "kind": "server", "home": "https://app.example.com", "scopes": ["openid", "profile"]}
SITE = {
    "name": "商城",
    "issuer": "https://shop.example.com",
    "namespace": "shop",
    "origins": ["https://shop.example.com"],
}


def print_things(username: str) -> None:
    print(json.dumps(things(User.objects.get(username=username))))


def things(admin: User) -> dict[str, str]:
    """The words that stand in the addresses of tests/browser/pages.py."""
    by = admin.actor
    case = Case.objects.get(number=1)
    solved = Case.objects.filter(status=Status.SOLVED).first()
    assert solved is not None
    return {
        **_of_administration(admin),
        **_of_case(case),
        "article_import": str(Import.objects.create(name="articles.zip", by=admin).id),
        "assessment": _assessment(admin),
        "certificate": _certificate(),
        "field": str(_field(by).id),
        "follow": cases.follow_key(case),
        "follow_solved": cases.follow_key(solved),
        **_guardians(),
        "macro": str(Macro.objects.earliest("id").id),
        "topic": _topic(case).key,
        "script": str(Script.objects.earliest("id").id),
    }


def _topic(case: Case) -> Topic:
    """A topic that swells, with the voice of a case."""
    at = clock.now()
    topic = Topic.objects.create(
        key="t-furnished",
        name="会员 · 到账",
        keywords=["会员", "到账"],
        model="hash/1",
        size=4,
        first_at=at,
        last_at=at,
    )
    voice = Voice.objects.filter(contact=case.contact).earliest("id")
    Member.objects.get_or_create(
        voice=voice, defaults={"topic": topic, "strength": 0.9, "model": "hash/1", "at": at}
    )
    Swell.objects.create(
        topic=topic, began_at=at, seen_at=at, hours=3, count=12, people=9, expected=0.8, chance=1e-9
    )
    return topic


def _of_administration(admin: User) -> dict[str, str]:
    by = admin.actor
    app, _secret = clients.register_app({**APP, "redirect_uris": ["https://app.example.com/back"]}, by=by)
    site = sites.open_site({**SITE, "is_trusted": False, "demands_token": True}, by=by)
    sites.add_key(site, algorithm="HS256", by=by)
    hook = endpoints.create(
        name="报表", url="https://hooks.example.com/in", event_names=["webhook.created"], by=by
    )
    return {
        "app": app.client_id,
        "invitation": _invitation(admin),
        "person": str(User.objects.get(username="zhangmin").id),
        "site": str(site.id),
        "system": _system(admin),
        "webhook": str(hook.id),
    }


def _system(admin: User) -> str:
    values = {"key": "orders", "title": "订单系统", "url": "http://127.0.0.1/orders", "seconds": 3}
    return flow_actions.open({**values, "gives": ["status"]}, by=admin).key


def _of_case(case: Case) -> dict[str, str]:
    return {
        "contact": str(case.contact_id),
        "identity": str(case.contact.identities.earliest("id").id),
        "message": str(case.conversation.messages.earliest("id").id),
    }


def _invitation(admin: User) -> str:
    invitations.invite("new.colleague@example.com", with_=Trust(role="agent"), by=admin)
    letter = OutgoingMail.objects.latest("at").text
    found = re.search(r"/invitations/([^/\s]+)/", letter)
    assert found is not None
    return found[1]


def _field(by: Actor) -> CaseField:
    return keep_field(None, FieldWords("device_model", "机型", "Device model"), by=by)


def _assessment(admin: User) -> str:
    """A judgement, and somebody who is held, for their two pages."""
    given = {
        "subject": "短信服务商发送验证码",
        "occasion": "entrusted",
        "purpose": "发送登录验证码，仅传递手机号。",
        "necessity": "没有手机号无法送达，范围最小。",
        "effects": "手机号可能被服务商滥用。",
        "safeguards": "合同约束、到期删除、每年抽查。",
        "risk": "medium",
        "conclusion": "guarded",
    }
    review_on = (clock.now() + timedelta(days=365)).date()
    privacy.hold(Contact.objects.earliest("id"), reason="dispute", by=admin)
    return str(privacy.assess({**given, "review_on": review_on}, by=admin).id)


def _guardians() -> dict[str, str]:
    """Two children: the guardian of one has not answered yet, that of the other has agreed."""
    asked, agreed = _asked("小童"), _asked("小溪")
    privacy.agree(agreed, text_version=1, address="203.0.113.7")
    return {
        "minor": str(asked.contact_id),
        "guardian": links.key_of(asked.id),
        "guardian_agreed": links.key_of(agreed.id),
    }


def _asked(name: str) -> Guardianship:
    found = Contact.objects.create(name=name)
    child = privacy.declare_minor(found, until=clock.now().year + 2, by=found.actor)
    mother = addresses.Address("email", "mother@example.com")
    return privacy.ask_guardian(child, mother, by=child.actor)


def _certificate() -> str:
    """Somebody who asked long ago to be forgotten, and was."""
    with clock.frozen(clock.now() - timedelta(days=40)):
        person = Person.of(email="was.here@example.com", name="王五", verified=True)
        contact, _facts = accounts.find_or_create(person, by=SYSTEM)
        erasure = privacy.ask_deletion(contact, channel="privacy_centre", by=contact.actor)
    privacy.erase_due()
    assert Contact.objects.get(id=contact.id).erased_at is not None
    return erasure.certificate
