"""Voices for tests of the ear, of a contact who is there already."""

from typing import Any

from huiyin.accounts.models import Contact
from huiyin.accounts.services.contacts import Person
from huiyin.language import services as language
from huiyin.voices import services
from huiyin.voices.models import Voice
from huiyin.voices.services import Spoken


def spoken(text: str = "会员没有到账", **values: Any) -> Spoken:
    person = values.pop("person", None) or Person.of(email="wang@example.com", name="王芳")
    return Spoken(source=values.pop("source", "form"), text=text, person=person, **values)


def recorded(text: str = "会员没有到账", **values: Any) -> Voice:
    """A voice as intake records it."""
    said = spoken(text, **values)
    raw, _is_new = services.keep(said)
    meaning = language.understand(text)
    contact = Contact.objects.create(name="王芳")
    return services.record(
        said, raw=raw, contact=contact, product=None, kind="question", understanding=meaning
    )[0]
