"""Two agents at one case: a script by its shortcut, a call by name, who writes, an act taken back."""

from urllib.parse import unquote_plus

import pytest

from tests.browser.house import Person

pytestmark = pytest.mark.browser


def open_case(person: Person, place: int) -> None:
    """One of the open cases, by its place in the list."""
    person.visit("/desk/cases/?view=open&sort=oldest")
    link = person.page.locator("#case-rows .case-link").nth(place).get_attribute("href")
    person.visit(str(link).partition("?")[0])


def keeps(word: str):
    """Answers to the draft that has this word in it; an earlier one may be under way still."""
    return lambda r: "/draft/" in r.url and word in unquote_plus(r.request.post_data or "")


def test_composer_when_a_shortcut_is_typed_then_the_script_stands_in_it_and_survives_a_reload(house, browser):
    agent = Person.enter(browser, house)
    agent.sign_in("qin")
    open_case(agent, 0)
    agent.page.click("#composer-body")
    agent.page.keyboard.type("/hello")
    agent.page.wait_for_selector(".expander-option[aria-selected=true]")
    with agent.page.expect_response(keeps("Qin")):
        agent.page.keyboard.press("Enter")
    text = agent.page.input_value("#composer-body")
    assert "Qin" in text
    agent.page.reload()
    assert agent.page.input_value("#composer-body").strip() == text.strip()
    assert agent.complaints == []
    agent.leave()


def test_draft_when_the_server_is_slow_then_the_newest_words_stay(house, browser):
    agent = Person.enter(browser, house)
    agent.sign_in("qin")
    open_case(agent, 2)
    held = []
    agent.page.route("**/draft/", lambda route: held.append(route) if not held else route.continue_())
    agent.page.click("#composer-body")
    with agent.page.expect_request("**/draft/"):
        agent.page.keyboard.type("first words")
    agent.page.keyboard.type(" and more")
    agent.page.wait_for_timeout(1500)  # longer than the pause after which words are sent
    with agent.page.expect_response(keeps("and more")):
        held[0].continue_()
    agent.page.keyboard.type(" and the last")
    agent.page.reload()
    assert agent.page.input_value("#composer-body") == "first words and more and the last"
    agent.page.fill("#composer-body", "")
    with agent.page.expect_response("**/draft/"):
        agent.page.keyboard.type(" ")
    agent.leave()


def test_note_when_a_colleague_is_called_then_their_bell_rings_and_presence_shows_the_writer(house, browser):
    reader, writer = Person.enter(browser, house), Person.enter(browser, house)
    reader.sign_in("bo")
    open_case(reader, 1)
    writer.sign_in("qin")
    open_case(writer, 1)
    writer.page.keyboard.press("n")
    writer.page.keyboard.type("@bo")
    writer.page.wait_for_selector(".expander-option[aria-selected=true]")
    writer.page.keyboard.press("Enter")
    reader.page.wait_for_selector(".composer-warning .alert-warning")
    writer.page.keyboard.press("Control+Enter")
    reader.page.wait_for_selector(".bell-count")
    assert reader.complaints == writer.complaints == []
    reader.leave()
    writer.leave()


def test_details_when_saved_then_the_toast_takes_it_back(house, browser):
    agent = Person.enter(browser, house)
    agent.sign_in("qin")
    open_case(agent, 2)
    before = agent.page.input_value(".side select[name=priority]")
    other = "low" if before != "low" else "high"
    agent.page.select_option(".side select[name=priority]", other)
    agent.page.locator(".side form:has([name=priority]) button.btn").last.click()
    with agent.page.expect_navigation():
        agent.page.locator(".toast form button").click()
    assert agent.page.input_value(".side select[name=priority]") == before
    assert agent.complaints == []
    agent.leave()
