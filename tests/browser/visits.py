"""What several browser tests do first: come in by code, read the letters that were sent, call the product's code."""

import json
import re
from typing import Any

from tests.browser.house import House, Person

LETTERS = """
import json
from huiyin.core.models import OutgoingMail, OutgoingSms
rows = sorted([*OutgoingMail.objects.all(), *OutgoingSms.objects.all()], key=lambda row: row.at)
print(json.dumps([row.text for row in rows]))
"""


def call(house: House, script: str) -> str:
    """Run Python inside the house; answers the last line that it printed."""
    printed = house.run("shell", "--no-imports", "-v", "0", "-c", script).splitlines()
    return printed[-1] if printed else ""


def letters(house: House) -> list[str]:
    """What was sent by mail and text message, in its order; this house writes it to its data folder."""
    found: list[str] = json.loads(call(house, LETTERS))
    return found


def code_of(house: House) -> str:
    """The digits that were sent last."""
    found = [match.group() for text in letters(house) if (match := re.search(r"\b\d{6}\b", text))]
    return found[-1]


def enter(browser: Any, house: House, **context: Any) -> Person:
    """A visitor under the name `localhost`, which alone may use passkeys without a certificate."""
    person = Person.enter(browser, house, **context)
    person.url = house.url.replace("127.0.0.1", "localhost")
    return person


def give_code(person: Person, house: House, address: str) -> None:
    """Ask for a code and enter it, as it came to the phone or the mailbox."""
    person.visit("/account/sign-in/code/")
    person.page.fill("[name=address]", address)
    person.page.click("main form .btn-primary")
    person.page.wait_for_url("**/code/entry/")
    person.page.fill("[name=code]", code_of(house))
    person.page.click("main form .btn-primary")


def join(person: Person, house: House, address: str, *, name: str = "") -> None:
    """An account with nothing but a proved address, and a name if one is given."""
    give_code(person, house, address)
    person.page.wait_for_url("**/sign-up/")
    person.page.check("[name=terms]")
    if name:
        person.page.click("main form details summary")
        person.page.fill("[name=name]", name)
    person.page.click("main form .btn-primary")
    person.page.wait_for_url("**/account/")
