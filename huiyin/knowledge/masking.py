"""Personal data out of what readers type before it is kept: numbers of an account, a phone, an address."""

import re

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\d(?:[ -]?\d){4,}")
MARK = "***"


def masked(text: str) -> str:
    """The text with e-mail addresses and numbers of five digits and more hidden, white space made single."""
    return " ".join(_NUMBER.sub(MARK, _EMAIL.sub(MARK, text)).split())
