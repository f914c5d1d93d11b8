"""Numbers that people and programs send as text."""

LARGEST = 2_147_483_647


def whole(text: str, *, most: int = LARGEST) -> int | None:
    """The whole number that a text writes in ASCII digits, from 0 to `most`; anything else is None.

    `str.isdigit` takes "²" and thousands of digits, both of which `int` refuses.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None
