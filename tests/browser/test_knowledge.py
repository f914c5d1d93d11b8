"""An article's life in a browser: written by one, looked at by another, read, translated, archived."""

import pytest

from tests.browser.house import Person

pytestmark = pytest.mark.browser
KEY = "watch-version"


def editor(person: Person, query: str = "") -> None:
    person.visit(f"/desk/knowledge/{KEY}/{query}")


def save(person: Person) -> None:
    """Press the editor's button, and wait for what it answers."""
    with person.page.expect_navigation():
        person.page.click("form[data-draft] button.btn-primary")


def verb(person: Person, name: str) -> None:
    """Press the button of a verb in the editor's head."""
    with person.page.expect_navigation():
        person.page.click(f"form[action$='/{KEY}/{name}/'] button")


def write(person: Person) -> None:
    page = person.page
    person.visit("/desk/knowledge/new/")
    page.fill("[name=title]", "手表版什么时候上线")
    page.fill("[name=body]", "## 时间\n\n计划明年**第一季度**上线。")
    page.fill("[name=questions]", "有没有手表版\n手表能用吗")
    page.fill("[name=key]", KEY)
    page.wait_for_selector("#preview strong")
    page.click("form[data-draft] button.btn-primary")
    page.wait_for_url(f"**/desk/knowledge/{KEY}/**")


def test_article_when_written_and_looked_at_then_read_translated_and_archived(house, browser):
    house.hire("author", role="agent")
    house.hire("editor", role="senior")
    author, editing = Person.enter(browser, house), Person.enter(browser, house)
    author.sign_in("author")
    write(author)
    assert author.page.locator(f"form[action$='/{KEY}/publication/']").count() == 0
    author.page.click("details:has(.kd-ask) > summary")
    author.page.fill("#review-note", "请核对上线时间")
    author.page.click(".kd-ask .btn-primary")
    author.page.wait_for_selector(".kd-review")

    editing.sign_in("editor")
    editing.visit("/desk/knowledge/care/?list=waiting")
    editing.page.click(f"a[href$='/desk/knowledge/{KEY}/']")
    assert "请核对上线时间" in editing.page.inner_text(".kd-review")
    assert editing.faults() == []
    verb(editing, "publication")
    editing.page.wait_for_selector(f"a[href*='/kb/{KEY}/']")

    reader = Person.enter(browser, house)
    reader.visit("/kb/")
    reader.page.fill("[name=q]", "手表")
    reader.page.click("#found a.kb-hit")
    assert reader.page.inner_text("h1") == "手表版什么时候上线"
    assert reader.page.inner_text(".prose strong") == "第一季度"

    editor(author, "?lang=en")
    author.page.fill("[name=title]", "When does the watch version come")
    author.page.fill("[name=body]", "In the **first quarter** of next year.")
    save(author)
    editor(editing)
    verb(editing, "publication")
    reader.visit(f"/kb/{KEY}/?in=en")
    assert reader.page.inner_text("h1") == "When does the watch version come"

    editor(author, "?lang=zh")
    author.page.fill("[name=body]", "## 时间\n\n改到明年**第二季度**。")
    save(author)
    author.page.wait_for_selector(".alert-warning a[href='?lang=en']")
    author.page.click(f"a[href*='/{KEY}/versions/']")
    assert "第二季度" in author.page.inner_text(".kd-added")

    editor(editing)
    verb(editing, "archive")
    assert reader.page.request.get(f"{house.url}/kb/{KEY}/").status == 404
    assert author.complaints == editing.complaints == []
    for person in (author, editing, reader):
        person.leave()


def test_import_when_a_file_is_sent_then_the_page_tells_until_it_is_done(house, browser, tmp_path):
    file = tmp_path / "new.jsonl"
    file.write_text('{"id":"from-a-file","title":"来自文件","body":"正文"}\n{"id":"x"}\n', encoding="utf-8")
    person = Person.enter(browser, house)
    house.hire("bringer", role="manager")
    person.sign_in("bringer")
    person.visit("/desk/knowledge/exchange/")
    person.page.set_input_files("#import-file", str(file))
    person.page.click("form[enctype] .btn-primary")
    person.page.wait_for_selector("#progress .badge-good")
    assert person.page.inner_text(".kd-refusals code") == "line 2"
    person.visit("/kb/from-a-file/")
    assert person.page.inner_text("h1") == "来自文件"
    assert person.complaints == []
    person.leave()
