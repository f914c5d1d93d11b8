"""Articles as files: pages without loss, exports of other help desks, a folder out and in again."""

import json
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some

from huiyin.core.actors import SYSTEM
from huiyin.core.errors import Invalid
from huiyin.knowledge import services
from huiyin.knowledge.exchange import pages, reading
from huiyin.knowledge.models import Article, Category, Review, Revision, Variant
from huiyin.knowledge.selectors import exporting
from huiyin.knowledge.selectors.articles import files_of
from huiyin.knowledge.services import Words, readership
from huiyin.knowledge.services.shelves import Place, open_shelf
from huiyin.knowledge.tests import factories

TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=80)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=TEXT, body=TEXT, questions=some.lists(TEXT, max_size=4), lang=some.sampled_from(["zh", "en"]))
def test_page_when_written_and_read_then_the_same_words(
    title: str, body: str, questions: Any, lang: str
) -> None:
    words = Words(title, body, tuple(questions))
    assume(words.title and words.body)
    row = {
        "id": "a",
        "lang": lang,
        "title": words.title,
        "questions": list(words.questions),
        "body": words.body,
    }
    back = pages.read(pages.written(row))
    assert (Words(back["title"], back["body"], tuple(back.get("questions", ()))), back["lang"]) == (
        words,
        lang,
    )


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("title: 退款: 怎么办\nid: a", {"title": "退款: 怎么办", "id": "a"}),
        (
            "id: 007\ntitle: yes\nquestions:\n  - 一\n  - 二",
            {"id": "007", "title": "yes", "questions": ["一", "二"]},
        ),
        ("title: 'a: b'\nquestions: [\"x\"]", {"title": "a: b", "questions": ["x"]}),
    ],
)
def test_page_when_written_by_hand_then_read(head: str, row: dict[str, Any]) -> None:
    assert pages.read(f"\ufeff---\r\n{head}\r\n---\r\n\r\n正文\r\n") == {**row, "body": "正文"}


def test_page_when_it_has_no_head_then_refused() -> None:
    with pytest.raises(Invalid):
        pages.read("# 退款")


ZENDESK = {
    "categories": [{"id": 1, "name": "Money"}],
    "sections": [{"id": 2, "name": "Refunds", "category_id": 1}],
    "articles": [
        {"id": 11, "title": "Refunds", "body": "<h2>How</h2><p>Open <b>orders</b><script>x</script></p>",
         "locale": "en-us", "draft": False, "section_id": 2, "user_segment_id": None},
        {"id": 12, "title": "Inside", "body": "<p>x</p>", "locale": "en-us", "draft": True, "section_id": 9,
         "user_segment_id": 5},
        {"id": 13, "title": "Rückgabe", "body": "<p>x</p>", "locale": "de", "section_id": 2},
    ],
    "translations": [{"source_id": 11, "locale": "zh-cn", "title": "退款", "body": "<p>打开订单</p>"}],
}  # fmt: skip
INTERCOM = {
    "type": "list",
    "collections": [{"id": 5, "name": "Billing"}],
    "data": [
        {"type": "article", "id": "77", "title": "Invoices", "body": "<p>See <a href='https://x.example/a'>here</a></p>",
         "state": "published", "parent_id": 5, "default_locale": "en",
         "translated_content": {"type": "article_translated_content",
                                "zh-CN": {"title": "发票", "body": "<p>见此</p>", "state": "draft"}}},
    ],
}  # fmt: skip
FRESHDESK = [
    {"id": 3, "title": "Cancel", "description": "<ul><li>one</li></ul>", "status": 2, "folder_id": 8,
     "hierarchy": [{"level": 1, "type": "folder", "data": {"id": 8, "name": "Plans"}}]},
    {"id": 4, "title": "Later", "description": "<p>x</p>", "status": 1, "folder_id": 8},
]  # fmt: skip


def taken(source: Path) -> dict[str, int]:
    out, err = StringIO(), StringIO()
    try:
        call_command("knowledge", "import", str(source), stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    told: dict[str, int] = json.loads(out.getvalue())
    return {name: count for name, count in told.items() if count}


def as_json(folder: Path, data: Any) -> Path:
    file = folder / "export.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


def shown() -> dict[str, tuple[str, str]]:
    rows = Variant.objects.values_list("article__key", "lang", "article__status", "current__body")
    return {f"{key}.{lang}": (status, body) for key, lang, status, body in rows}


@pytest.mark.django_db
def test_import_when_from_zendesk_then_shelves_words_and_states(tmp_path: Path) -> None:
    source = as_json(tmp_path, ZENDESK)
    assert taken(source) == {"rows": 4, "added": 3, "refused": 1}
    assert shown() == {
        "zendesk-11.en": ("published", "## How\n\nOpen **orders**"),
        "zendesk-11.zh": ("published", "打开订单"),
        "zendesk-12.en": ("draft", "x"),
    }
    shelf = Category.objects.get(key="zendesk-2")
    assert (shelf.name_en, shelf.parent and shelf.parent.name_en) == ("Refunds", "Money")
    assert Article.objects.get(key="zendesk-12").visibility == "staff"
    assert taken(source) == {"rows": 4, "unchanged": 3, "refused": 1}


@pytest.mark.django_db
def test_import_when_from_intercom_then_both_languages(tmp_path: Path) -> None:
    assert taken(as_json(tmp_path, INTERCOM)) == {"rows": 2, "added": 2}
    assert shown()["intercom-77.en"] == ("published", "See [here](https://x.example/a)")
    assert Article.objects.get().category.name == "Billing"


@pytest.mark.django_db
def test_import_when_from_freshdesk_then_drafts_stay_drafts(tmp_path: Path) -> None:
    assert taken(as_json(tmp_path, FRESHDESK)) == {"rows": 2, "added": 2}
    assert shown() == {"freshdesk-3.en": ("published", "- one"), "freshdesk-4.en": ("draft", "x")}


@pytest.mark.django_db
def test_import_when_the_json_is_of_nobody_then_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("knowledge", "import", str(as_json(tmp_path, {"hello": 1})))
    assert Article.objects.count() == 0


def library() -> None:
    """Articles in every state, two languages, nested shelves, a file, an owner and groups."""
    outer = open_shelf("money", Place("钱", "Money", position=3), by=SYSTEM)
    inner = open_shelf("money-back", Place("退钱", "Money back", outer), by=SYSTEM)
    article = factories.published(key="refund", visibility="segment")
    services.describe(article, {"category": inner, "owner": factories.person("agent")}, by=SYSTEM)
    readership.show_to(article, ["tier:vip"], by=SYSTEM)
    (file,) = readership.attach(article, [SimpleUploadedFile("how to.txt", b"steps")], by=SYSTEM)
    body = f"见 [附件](/kb/refund/files/{file.id}/)\n\n---\n\n三天"
    services.write(article, Words("如何退款: 全", body, ("怎么退",)), lang="zh", by=SYSTEM)
    services.write(article, factories.REFUND_EN, lang="en", by=SYSTEM)
    services.publish(article, by=SYSTEM)
    services.write(article, Words("还没有人看到", "新的"), lang="zh", by=SYSTEM)
    services.archive(factories.published(key="old"), by=SYSTEM)
    services.submit(factories.article(key="asked"), by=SYSTEM)
    factories.article(key="begun")


def folder_of() -> dict[str, bytes]:
    return {name: b"".join(chunks) for name, chunks in exporting.exported()}


@pytest.mark.django_db
def test_export_when_taken_in_by_an_empty_house_then_exports_the_same(tmp_path: Path) -> None:
    library()
    before = folder_of()
    call_command("knowledge", "export", str(tmp_path / "out"), stdout=StringIO())
    Review.objects.all().delete()
    Variant.objects.update(current=None, published=None)
    Revision.objects.all().delete()
    Article.objects.all().delete()
    Category.objects.filter(parent__isnull=False).delete()
    Category.objects.all().delete()
    assert taken(tmp_path / "out") == {"rows": 6, "added": 5, "changed": 1}
    assert folder_of() == before
    article = Article.objects.get(key="refund")
    assert f"/kb/refund/files/{files_of(article)[0].id}/" in article.variants.get(lang="zh").published.body
    assert Article.objects.get(key="asked").status == "review"


@pytest.mark.django_db
def test_export_when_taken_in_where_it_came_from_then_nothing_changes(tmp_path: Path) -> None:
    library()
    call_command("knowledge", "export", str(tmp_path / "out"), stdout=StringIO())
    counted = Revision.objects.count()
    packed = tmp_path / "out.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in (tmp_path / "out").rglob("*"):
            archive.write(file, Path("kb") / file.relative_to(tmp_path / "out"))
    assert taken(packed) == {"rows": 6, "unchanged": 6}
    assert Revision.objects.count() == counted


@pytest.mark.django_db
def test_export_when_the_folder_holds_something_then_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("knowledge", "export", str(tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_opened_when_the_archive_would_burst_then_refused(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "MOST_UNPACKED", 10)
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.zh.md", "x" * 100)
    with pytest.raises(Invalid), reading.opened(packed):
        pass
