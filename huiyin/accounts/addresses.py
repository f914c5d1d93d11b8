"""What somebody typed to name themselves: an e-mail address, a phone number, or a user name."""

import re
from dataclasses import dataclass

import phonenumbers

from huiyin.core.crypto import normalise

MAX = 254
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+")
USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,63}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a code can be sent, in the one spelling by which it is found."""

    way: str
    value: str

    @property
    def masked(self) -> str:
        """Enough to recognise one's own address, too little to learn somebody else's."""
        if self.way == "phone":
            return f"{self.value[:-8]}****{self.value[-4:]}"
        name, _at, domain = self.value.rpartition("@")
        return f"{name[:2] if len(name) > 3 else name[:1]}***@{domain}"


def parse(text: str) -> Address | None:
    """The address that this is, or None for a user name and for what is nothing."""
    return email(text) or phone(text)


def email(text: str) -> Address | None:
    value = normalise("email", text)
    return Address("email", value) if len(value) <= MAX and EMAIL.fullmatch(value) else None


def phone(text: str) -> Address | None:
    """A number that a text message can reach; China's unless it begins with a country code."""
    try:
        number = phonenumbers.parse(normalise("", text), "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return Address("phone", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_username(text: str) -> bool:
    """Begins with a letter, so that it is never mistaken for a phone number or an address."""
    return bool(USERNAME.fullmatch(text))
