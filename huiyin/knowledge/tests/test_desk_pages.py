"""The desk's pages beside the editor: the tree of categories, a file brought in, everything taken out."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Conflict, Invalid
from huiyin.core.models import Attachment, JournalEntry
from huiyin.core.tests.people import signed_in
from huiyin.knowledge import selectors, services
from huiyin.knowledge.models import Article, Category, Import
from huiyin.knowledge.services import arrivals
from huiyin.knowledge.services.shelves import Place, close_shelf, move_shelf, open_shelf
from huiyin.knowledge.tests import factories

pytestmark = pytest.mark.django_db


def shelf(key: str, parent: Category | None = None) -> Category:
    return open_shelf(key, Place(f"{key}中文", f"{key} en", parent), by=SYSTEM)


def test_open_shelf_when_inside_another_then_readers_walk_the_tree() -> None:
    inner = shelf("inner", shelf("outer"))
    article = factories.published(key="refund")
    services.describe(article, {"category": inner}, by=SYSTEM)
    home = selectors.categories_for(None)
    assert [(each.key, each.count) for each in home] == [("outer", 1)]
    page = Client().get("/kb/c/outer/").content.decode()
    assert '/kb/c/inner/"' in page
    assert '/kb/refund/"' in Client().get("/kb/c/inner/").content.decode()
    path = Client().get("/kb/refund/").content.decode()
    assert path.index("/kb/c/outer/") < path.index("/kb/c/inner/")
    assert JournalEntry.objects.filter(name="shelf.changed").count() == 2


def test_move_shelf_when_it_would_stand_in_itself_or_too_deep_then_refuses() -> None:
    first = shelf("first")
    second = shelf("second", first)
    third = shelf("third", second)
    with pytest.raises(Invalid) as refused:
        shelf("fourth", third)
    assert refused.value.code == "shelf_too_deep"
    with pytest.raises(Invalid) as refused:
        move_shelf(first, Place("一", "One", third), by=SYSTEM)
    assert refused.value.code == "shelf_loop"
    with pytest.raises(Invalid):
        move_shelf(second, Place("二", "Two", shelf("other", shelf("top"))), by=SYSTEM)
    assert {each.key: each.parent and each.parent.key for each in Category.objects.all()} == {
        "first": None,
        "second": "first",
        "third": "second",
        "top": None,
        "other": "top",
    }


def test_close_shelf_when_it_holds_something_then_refuses() -> None:
    outer = shelf("outer")
    inner = shelf("inner", outer)
    with pytest.raises(Conflict):
        close_shelf(outer, by=SYSTEM)
    close_shelf(inner, by=SYSTEM)
    services.describe(factories.article(), {"category": outer}, by=SYSTEM)
    with pytest.raises(Conflict):
        close_shelf(outer, by=SYSTEM)
    assert Category.objects.filter(key__in=["outer", "inner"]).count() == 1


WORDS = {"name_zh": "退款", "name_en": "Refunds", "key": "money-back", "parent": "", "position": "5"}


def test_category_pages_when_posted_then_opened_moved_and_removed() -> None:
    client = signed_in(factories.person("senior"))
    assert client.post("/desk/knowledge/categories/", WORDS).status_code == 302
    again = client.post("/desk/knowledge/categories/", WORDS)
    assert (again.status_code, "has-error" in again.content.decode()) == (400, True)
    moved = {**WORDS, "name_zh": "退钱", "parent": str(shelf("outer").pk)}
    assert client.post("/desk/knowledge/categories/money-back/", moved).status_code == 302
    category = Category.objects.get(key="money-back")
    assert (category.name_zh, category.parent and category.parent.key) == ("退钱", "outer")
    loop = {**WORDS, "parent": str(category.pk)}
    assert client.post("/desk/knowledge/categories/money-back/", loop).status_code == 400
    assert "退钱" in client.get("/desk/knowledge/categories/").content.decode()
    client.post("/desk/knowledge/categories/outer/removal/")
    client.post("/desk/knowledge/categories/money-back/removal/")
    assert list(Category.objects.values_list("key", flat=True)) == ["outer"]
    assert signed_in(factories.person("agent")).post("/desk/knowledge/categories/", WORDS).status_code == 403


def sent(client: Client, name: str, content: bytes) -> Any:
    return client.post("/desk/knowledge/exchange/", {"file": SimpleUploadedFile(name, content)})


def test_import_page_when_a_file_is_sent_then_taken_in_and_told() -> None:
    client = signed_in(factories.person("senior"))
    rows = b'{"id":"refund","title":"\xe9\x80\x80\xe6\xac\xbe","body":"x"}\n{"id":"bad"}\n'
    answer = sent(client, "articles.jsonl", rows)
    made = Import.objects.get()
    assert answer.headers["Location"] == f"/desk/knowledge/exchange/{made.id}/"
    assert "every 1s" in client.get(answer.headers["Location"]).content.decode()
    arrivals.run(made.id)
    arrivals.run(made.id)
    made.refresh_from_db()
    assert (made.status, made.total, made.done, made.counts) == ("done", 2, 2, {"added": 1, "refused": 1})
    assert (made.refusals[0][0], Article.objects.get().status) == ("line 2", "published")
    page = client.get(answer.headers["Location"]).content.decode()
    assert ("line 2" in page, "every 1s" in page) == (True, False)
    part = client.get(answer.headers["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert Attachment.objects.count() == 0
    assert "articles.jsonl" in client.get("/desk/knowledge/exchange/").content.decode()


def test_import_page_when_the_file_is_of_nobody_then_failed_with_the_reason() -> None:
    client = signed_in(factories.person("senior"))
    sent(client, "other.json", b'{"hello": 1}')
    arrivals.run(Import.objects.get().id)
    made = Import.objects.get()
    assert (made.status, made.is_over, bool(made.reason), Article.objects.count()) == (
        "failed",
        True,
        True,
        0,
    )


def test_import_page_when_the_kind_is_wrong_then_refused() -> None:
    client = signed_in(factories.person("senior"))
    assert sent(client, "articles.exe", b"MZ").status_code == 400
    assert client.post("/desk/knowledge/exchange/").status_code == 400
    assert sent(signed_in(factories.person("agent")), "a.jsonl", b"{}").status_code == 403
    assert Import.objects.count() == 0


def test_export_page_when_opened_then_a_zip_of_pages() -> None:
    factories.published(key="refund")
    answer = signed_in(factories.person("senior")).get("/desk/knowledge/exchange/export/")
    packed = io.BytesIO(b"".join(answer.streaming_content))
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["categories.yaml", "refund/refund.zh.md"]
        assert "如何申请退款" in archive.read("refund/refund.zh.md").decode()
    assert signed_in(factories.person("agent")).get("/desk/knowledge/exchange/export/").status_code == 403
