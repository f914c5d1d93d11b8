"""`huiyin knowledge import`: JSON lines and Markdown folders, repeatable, bad rows named."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from huiyin.accounts import services as people
from huiyin.knowledge.models import Article, Revision

pytestmark = pytest.mark.django_db
ROW = {"id": "refund", "title": "如何退款", "body": "三天", "questions": ["怎么退"], "category": "refund"}


def run(source: Path) -> tuple[dict[str, int], str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("knowledge", "import", str(source), stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return json.loads(out.getvalue()), err.getvalue()


def lines(folder: Path, *rows: Any) -> Path:
    file = folder / "articles.jsonl"
    texts = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return file


def tally(**given: int) -> dict[str, int]:
    counts = {"added": 0, "changed": 0, "unchanged": 0, "refused": 0, **given}
    return {"rows": sum(counts.values()), **counts}


def test_import_when_repeated_then_changes_nothing(tmp_path: Path) -> None:
    english = {**ROW, "lang": "en", "title": "Refunds", "body": "Three days", "questions": []}
    file = lines(tmp_path, ROW, english)
    assert run(file) == (tally(added=2), "")
    assert run(file) == (tally(unchanged=2), "")
    assert run(lines(tmp_path, {**ROW, "body": "五天"}, english)) == (tally(changed=1, unchanged=1), "")
    article = Article.objects.get()
    assert (article.key, article.status, article.category.key) == ("refund", "published", "refund")
    assert list(Revision.objects.order_by("at").values_list("variant__lang", "number")) == [
        ("zh", 1),
        ("en", 1),
        ("zh", 2),
    ]


def test_import_when_an_address_cannot_hold_the_id_then_both_are_known(tmp_path: Path) -> None:
    file = lines(tmp_path, {**ROW, "id": "FAQ_07"}, {**ROW, "id": "faq-8"})
    assert run(file) == (tally(added=2), "")
    assert run(file) == (tally(unchanged=2), "")
    known = [("faq-07", "import:FAQ_07"), ("faq-8", "")]
    assert list(Article.objects.order_by("key").values_list("key", "origin")) == known


def test_import_when_english_came_first_then_both_stay_as_they_are(tmp_path: Path) -> None:
    english = {**ROW, "lang": "en", "title": "Refunds", "body": "Three days"}
    assert run(lines(tmp_path, english, ROW))[0] == tally(added=2)
    assert run(lines(tmp_path, english, ROW))[0] == tally(unchanged=2)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("not json", "Not JSON"),
        ('["a"]', "JSON object"),
        ({**ROW, "colour": "red"}, "colour"),
        ({"id": "x", "title": "x"}, "body"),
        ({**ROW, "title": 5}, "title"),
        ({**ROW, "questions": "怎么退"}, "questions"),
        ({**ROW, "lang": "fr"}, "zh"),
        ({**ROW, "visibility": "secret"}, "public"),
        ({**ROW, "title": "x" * 200}, "title"),
        ({**ROW, "id": "退款"}, "id"),
        ({**ROW, "id": "search"}, ""),
    ],
)
def test_import_when_row_is_wrong_then_names_it_and_takes_the_rest(
    tmp_path: Path, row: Any, reason: str, settings: Any
) -> None:
    settings.LANGUAGE_CODE = "en"
    counts, errors = run(lines(tmp_path, row, ROW))
    assert counts == tally(added=1, refused=1)
    assert errors.startswith("line 1: ")
    assert reason in errors.splitlines()[0]
    assert "1 of 2 rows were refused." in errors


def test_import_when_folder_of_markdown_then_reads_the_front_matter(tmp_path: Path) -> None:
    line = people.open_line(key="music", name_zh="音乐", name_en="Music")
    people.add_product(line=line, key="player", name_zh="播放器", name_en="Player")
    place = "id: crash\ncategory: fault\nproduct: player\nvisibility: staff"
    head = f"---\n{place}\nlang: {{}}\ntitle: {{}}\nquestions: {{}}\n---\n\n"
    zh = head.format("zh", "闪退: 怎么办", '["打不开", "闪退"]') + "重启。\n"
    en = head.format("en", "Crash", "[]") + "Restart.\n"
    (tmp_path / "crash.en.md").write_text(en, encoding="utf-8")
    (tmp_path / "crash.zh.md").write_text(zh, encoding="utf-8")
    (tmp_path / "broken.md").write_text("no head", encoding="utf-8")
    counts, errors = run(tmp_path)
    assert (counts, errors.splitlines()[0].startswith("broken.md: ")) == (tally(added=2, refused=1), True)
    article = Article.objects.get()
    assert (article.key, article.visibility, article.product.key) == ("crash", "staff", "player")
    chinese = article.variants.get(lang="zh").published
    assert (chinese.title, chinese.questions, chinese.body) == ("闪退: 怎么办", ["打不开", "闪退"], "重启。")


def test_import_when_source_is_absent_then_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no"):
        call_command("knowledge", "import", str(tmp_path / "nothing.jsonl"))
