"""Articles for some users, and files: open to those, absent to all others, at every door."""

import io
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from huiyin.accounts import services as people
from huiyin.accounts.models import Contact, User
from huiyin.accounts.selectors import directory, forget_directory
from huiyin.accounts.services.contacts import Person
from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid
from huiyin.core.models import Attachment, JournalEntry
from huiyin.knowledge import selectors
from huiyin.knowledge.models import Article
from huiyin.knowledge.services import readership
from huiyin.knowledge.tests import factories
from huiyin.language import services as language
from huiyin.voices import services as voices
from huiyin.voices.services import Spoken

pytestmark = pytest.mark.django_db
DOORS = ("/kb/vip/", "/kb/vip/?in=zh")


@pytest.fixture(autouse=True)
def line() -> Iterator[None]:
    made = people.open_line(key="music", name_zh="音乐", name_en="Music")
    people.add_product(key="plus", name_zh="会员", name_en="Plus", line=made)
    yield
    forget_directory()


def for_some(*segments: str) -> Article:
    article = factories.published(key="vip", visibility="segment")
    readership.show_to(article, segments, by=SYSTEM)
    return article


def customer(*, tier: str = "standard", product: str = "") -> User:
    """Somebody with an account, known to us as a contact who once wrote about a product."""
    user = factories.person()
    contact, _is_new = people.register(Person.of(email=f"{user.username}@example.com"), by=SYSTEM)
    Contact.objects.filter(id=contact.id).update(user=user, tier=tier)
    if product:
        write_about(contact, product)
    return user


def write_about(contact: Contact, key: str) -> None:
    forget_directory()
    spoken = Spoken(source="form", text="会员没有到账", person=Person.of(name="x"))
    raw, _is_new = voices.keep(spoken)
    known = {"raw": raw, "contact": contact, "product": directory().product(key), "kind": "question"}
    voices.record(spoken, **known, understanding=language.understand(spoken.text, rules_only=True))


def reads(user: User | None) -> bool:
    """Whether every door lets this person to the article, or none; anything in between is a fault."""
    client = Client()
    if user is not None:
        client.force_login(user)
    opened = [client.get(path).status_code == 200 for path in DOORS]
    opened.append("vip" in [entry.key for entry in client.get("/kb/").context["popular"]])
    shelf = client.get("/kb/c/refund/")
    opened.append("vip" in [entry.key for entry in shelf.context["entries"]])
    opened.append("vip" in [hit.key for hit in client.get("/kb/search", {"q": "退款"}).context["hits"]])
    opened.append(selectors.articles_for(user).filter(key="vip").exists())
    opened.append(bool(selectors.search("退款", lang="zh", user=user)))
    assert len(set(opened)) == 1, opened
    return opened[0]


@pytest.mark.parametrize(
    ("segment", "inside", "outside"),
    [
        ("tier:vip", {"tier": "vip"}, {"tier": "member"}),
        ("product:plus", {"product": "plus"}, {"tier": "vip"}),
        ("line:music", {"product": "plus"}, {}),
    ],
)
def test_article_when_for_some_users_then_open_to_them_alone(segment, inside, outside) -> None:
    for_some(segment)
    assert reads(customer(**inside))
    assert not reads(customer(**outside))
    assert not reads(None)
    assert not reads(factories.person())
    assert reads(factories.person("agent"))


def test_article_when_for_several_groups_then_any_one_is_enough() -> None:
    for_some("tier:vip", "product:plus")
    assert reads(customer(tier="vip")) and reads(customer(product="plus"))


def test_article_when_for_some_then_never_offered_to_who_is_typing() -> None:
    for_some("tier:vip")
    assert selectors.suggest("如何申请退款", lang="zh") == []


@pytest.mark.parametrize(("tier", "found"), [("vip", True), ("standard", False)])
def test_api_when_asked_for_a_user_then_answers_what_is_open_to_them(tier: str, found: bool) -> None:
    for_some("tier:vip")
    client = Client(headers={"Authorization": f"Bearer {factories.token(customer(tier=tier))}"})
    assert client.get("/api/v1/articles/vip").status_code == (200 if found else 404)
    assert bool(client.get("/api/v1/articles").json()["items"]) == found
    assert bool(client.get("/api/v1/search", {"q": "退款"}).json()["items"]) == found


def test_api_when_written_for_some_then_keeps_the_groups_and_refuses_unknown_ones() -> None:
    token = factories.token(factories.person("admin"), "knowledge:write")
    client = Client(headers={"Authorization": f"Bearer {token}"})
    words = {"title": "贵宾", "body": "退款更快", "key": "vip", "status": "published"}

    def send(**more: object) -> tuple[int, dict]:
        answer = client.post("/api/v1/articles", {**words, **more}, content_type="application/json")
        return answer.status_code, answer.json()

    assert send(visibility="segment")[1]["code"] == "segments_missing"
    assert send(visibility="segment", segments=["tier:gold"])[1]["code"] == "segment_unknown"
    status, told = send(visibility="segment", segments=["tier:vip"])
    assert (status, told["visibility"], told["segments"]) == (201, "segment", ["tier:vip"])
    patched = client.patch("/api/v1/articles/vip", {"visibility": "public"}, content_type="application/json")
    assert (patched.status_code, patched.json()["visibility"]) == (200, "public")


def test_show_to_when_changed_then_tells_it_and_when_unknown_refuses() -> None:
    article = for_some("tier:vip")
    readership.show_to(article, ["tier:member", "line:music"], by=SYSTEM)
    readership.show_to(article, ["line:music", "tier:member"], by=SYSTEM)
    assert sorted(str(each) for each in article.segments.all()) == ["line:music", "tier:member"]
    assert JournalEntry.objects.filter(name="article.described").count() == 2
    for wrong in (["tier:gold"], ["weather:rain"], []):
        with pytest.raises(Invalid):
            readership.show_to(article, wrong, by=SYSTEM)


def test_place_form_when_groups_are_missing_then_400_at_the_field_and_nothing_changes() -> None:
    article = factories.published(key="vip")
    client = Client()
    client.force_login(factories.person("senior"))
    given = {"category": str(article.category_id), "visibility": "segment", "lang": "zh"}
    answer = client.post("/desk/knowledge/vip/place/", given)
    assert (answer.status_code, list(answer.context["place"].errors)) == (400, ["segments"])
    assert Article.objects.get().visibility == "public"
    assert client.post("/desk/knowledge/vip/place/", {**given, "segments": ["tier:vip"]}).status_code == 302
    assert not reads(None) and reads(customer(tier="vip"))


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return SimpleUploadedFile("step.png", out.getvalue(), "image/png")


def test_file_when_attached_then_readers_of_the_article_take_it_and_nobody_else() -> None:
    article = for_some("tier:vip")
    desk = Client()
    desk.force_login(factories.person("agent"))
    assert desk.post("/desk/knowledge/vip/files/", {"files": [picture()], "lang": "zh"}).status_code == 302
    file = selectors.files_of(article)[0]
    url = f"/kb/vip/files/{file.id}/"
    reader = Client()
    reader.force_login(customer(tier="vip"))
    assert url in reader.get("/kb/vip/").content.decode()
    taken = reader.get(url, follow=True)
    assert (taken.status_code, taken["Content-Type"]) == (200, "image/png")
    assert (Client().get(url).status_code, Client().get(f"/files/{file.id}/").status_code) == (404, 404)
    factories.published(key="open")
    assert reader.get(f"/kb/open/files/{file.id}/").status_code == 404


def test_file_when_removed_or_bad_then_gone_or_refused() -> None:
    factories.published(key="vip")
    desk = Client()
    desk.force_login(factories.person("agent"))
    empty = SimpleUploadedFile("a.png", b"", "image/png")
    refused = desk.post("/desk/knowledge/vip/files/", {"files": [empty], "lang": "zh"})
    assert (refused.status_code, bool(refused.context["file_fault"])) == (400, True)
    desk.post("/desk/knowledge/vip/files/", {"files": [picture()], "lang": "zh"})
    file = Attachment.objects.get()
    auditor = Client()
    auditor.force_login(factories.person("auditor"))
    removal = f"/desk/knowledge/vip/files/{file.id}/removal/"
    assert auditor.post(removal, {"lang": "zh"}).status_code == 403
    assert desk.post(removal, {"lang": "zh"}).status_code == 302
    assert Attachment.objects.count() == 0
    assert desk.post(removal, {"lang": "zh"}).status_code == 404
